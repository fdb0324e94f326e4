/** What services write while they serve requests. Lines that no request causes are in `housekeeping.ts`. */
import { RandomStream } from './random.ts';
import type { Refusal, Status } from './requests.ts';
import { type Operation, operations, podService, serviceIndex, services } from './system.ts';

export type Line = {
  /** Milliseconds since the start of the record. */
  readonly time: number;
  readonly pod: number;
  readonly message: string;
};

/** One visit of an operation that is being logged. */
export type Story = { readonly operation: number; readonly pod: number; readonly user: string };

const products = [
  'OLJCESPC7Z',
  '66VCHSJNUP',
  '1YMWWN1N4O',
  'L9ECAV7KIM',
  '2ZYFJ3GM2N',
  '0PUK6V6EV0',
  'LS4PSXUNUM',
  '9SIQT8TOJO',
  '6E92ZMYYFZ',
] as const;
const currencies = ['USD', 'EUR', 'CAD', 'JPY', 'GBP'] as const;
const mail = 'someone@example.com';
const frontend = serviceIndex('frontend');

const topics: Readonly<Record<string, string>> = {
  GetCart: 'could not retrieve cart',
  AddItem: 'failed to add to cart',
  EmptyCart: 'failed to empty user cart',
  GetSupportedCurrencies: 'could not retrieve currencies',
  Convert: 'failed to convert currency',
  GetProduct: 'could not retrieve product',
  ListProducts: 'could not retrieve products',
  ListRecommendations: 'failed to get product recommendations',
  GetQuote: 'failed to get shipping quote',
  ShipOrder: 'shipping error',
  Charge: 'failed to charge card',
  PlaceOrder: 'failed to complete the order',
  SendOrderConfirmation: `failed to send order confirmation to "${mail}"`,
};

const reasons: Readonly<Record<Refusal, string>> = {
  none: 'error reading from server: EOF',
  refused:
    'upstream connect error or disconnect/reset before headers. reset reason: connection failure, transport failure reason: delayed connect error: 111',
  terminated:
    'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
  no_endpoint: 'no healthy upstream',
  aborted: 'fault filter abort',
};

export class RequestLog {
  readonly lines: Line[] = [];
  readonly #draws: RandomStream;

  constructor(seed: number, index: number) {
    this.#draws = new RandomStream(seed, index, 'logs');
  }

  begin(operation: number, pod: number, time: number): Story {
    const story: Story = { operation, pod, user: '' };
    const draws = this.#draws;
    const say = (message: string, later = 0.1) => this.#say(pod, time + later, message);
    switch ((operations[operation] as Operation).key) {
      case 'HomeGrpc':
        say('severity:debug,message:request started');
        say('severity:info,message:home', 0.4);
        break;
      case 'ProductGrpc':
        say('severity:debug,message:request started');
        say('severity:debug,message:serving product page', 0.4);
        break;
      case 'ViewCartGrpc':
        say('severity:debug,message:request started');
        say('severity:debug,message:view user cart', 0.4);
        break;
      case 'AddToCartGrpc':
        say('severity:debug,message:request started');
        say('severity:debug,message:adding to cart', 0.4);
        break;
      case 'PlaceOrderGrpc':
        say('severity:debug,message:request started');
        say('severity:debug,message:placing order', 0.4);
        break;
      case 'SetCurrencyGrpc':
        say('severity:debug,message:setting currency');
        break;
      case 'GetCart':
        say(`GetCartAsync called with userId=${this.#uuid()}`);
        break;
      case 'EmptyCart':
        say(`EmptyCartAsync called with userId=${this.#uuid()}`);
        break;
      case 'AddItem':
        say(
          `AddItemAsync called with userId=${this.#uuid()}, productId=${draws.pick(products)}, quantity=${1 + draws.integer(10)}`,
        );
        break;
      case 'GetSupportedCurrencies':
        say('severity:info,message:Getting supported currencies...');
        break;
      case 'ListRecommendations': {
        const five = draws
          .shuffled(products)
          .slice(0, 5)
          .map((id) => `'${id}'`);
        say(`severity:INFO,message:[Recv ListRecommendations] product_ids=[${five.join(', ')}]`, 1);
        break;
      }
      case 'GetQuote':
        say('severity:info,message:[GetQuote] received request');
        break;
      case 'ShipOrder':
        say('severity:info,message:[ShipOrder] received request');
        break;
      case 'PlaceOrder':
        say(
          `severity:info,message:[PlaceOrder] user_id="${this.#uuid()}" user_currency="${draws.pick(currencies)}"`,
        );
        break;
      case 'Charge': {
        const amount = `{"currency_code":"${draws.pick(currencies)}","units":"${10 + draws.integer(900)}","nanos":${draws.integer(1e9)}}`;
        say(
          `severity:info,message:PaymentService#Charge invoked with request {"amount":${amount},"credit_card":{"credit_card_number":"4432-8015-6152-0454","credit_card_cvv":672}}`,
        );
        break;
      }
      case 'SendOrderConfirmation':
        say(`severity:INFO,message:A request to send order confirmation email to ${mail} has been received.`);
        break;
    }
    return story;
  }

  /** A call that failed or took long, as the caller tells it. */
  trouble(
    story: Story,
    callee: number,
    time: number,
    code: Status,
    refusal: Refusal,
    took: number,
    optional: boolean,
  ): void {
    const draws = this.#draws;
    const { key, service } = operations[callee] as Operation;
    const target = (services[service] as { name: string }).name;
    const { language } = podService(story.pod);
    if (code === 0) {
      if (draws.chance(0.5)) {
        const level = language === 'python' ? 'WARNING' : 'warning';
        this.#say(
          story.pod,
          time,
          `severity:${level},message:slow upstream call: ${target}/${key} took ${Math.round(took)}ms`,
        );
      }
      return;
    }
    const name = code === 4 ? 'DeadlineExceeded' : code === 14 ? 'Unavailable' : 'Internal';
    const reason =
      code === 4
        ? draws.pick(['context deadline exceeded', 'upstream request timeout'])
        : code === 14
          ? reasons[refusal]
          : 'error while handling the request';
    const text = `${topics[key] ?? key}: rpc error: code = ${name} desc = ${reason}`;
    if (language === 'python') {
      this.#say(
        story.pod,
        time,
        `severity:ERROR,message:<_InactiveRpcError of RPC that terminated with: status = StatusCode.${name.toUpperCase()} details = "${reason}">`,
      );
    } else if (optional) {
      this.#say(story.pod, time, `severity:warning,error:${text}`);
    } else {
      this.#say(story.pod, time, `severity:error,error:${text},message:request error`);
      if ((operations[story.operation] as Operation).service === frontend && draws.chance(0.08)) {
        this.#panic(story.pod, time);
      }
    }
  }

  end(story: Story, time: number, code: Status, took: number): void {
    const { pod } = story;
    const { key, service } = operations[story.operation] as Operation;
    const draws = this.#draws;
    const say = (message: string, sooner = 0.1) => this.#say(pod, time - sooner, message);
    if (service === frontend) {
      if (key !== 'SetCurrencyGrpc') say('severity:debug,message:request complete', 0);
      if (key === 'ProductGrpc' && draws.chance(0.3)) {
        say('severity:warning,message:failed to retrieve ads', Math.min(1, took / 2));
      }
      return;
    }
    if (code !== 0) {
      if (draws.chance(0.5)) say(cancelled(pod, key), 0);
      return;
    }
    switch (key) {
      case 'Convert':
        say('severity:info,message:conversion request successful');
        break;
      case 'GetQuote':
        say('severity:info,message:[GetQuote] completed request');
        break;
      case 'ShipOrder':
        say('severity:info,message:[ShipOrder] completed request');
        break;
      case 'Charge':
        say(
          `severity:info,message:Transaction processed: visa ending 0454     Amount: ${draws.pick(currencies)}${10 + draws.integer(900)}.${draws.integer(1e9)}`,
        );
        break;
      case 'PlaceOrder':
        say(`severity:info,message:payment went through (transaction_id: ${this.#uuid()})`, took * 0.4);
        say(`severity:info,message:order confirmation email sent to "${mail}"`);
        break;
    }
  }

  #say(pod: number, time: number, message: string): void {
    this.lines.push({ time, pod, message });
  }

  #panic(pod: number, time: number): void {
    const address = () => `0xc000${(this.#draws.bits() & 0xffffff).toString(16).padStart(6, '0')}`;
    const rows = [
      `http: panic serving 127.0.0.6:${32768 + this.#draws.integer(28000)}: runtime error: invalid memory address or nil pointer dereference`,
      `goroutine ${1e6 + this.#draws.integer(8e6)} [running]:`,
      'net/http.(*conn).serve.func1()',
      `panic({0xa23e40, ${address()}})`,
      `main.(*frontendServer).renderPage(${address()}, {0xbc3e60?, ${address()}}, ${address()})`,
      `net/http.HandlerFunc.ServeHTTP(${address()}?, {0xbc3e60?, ${address()}?}, 0x9f0b00?)`,
      `net/http.(*conn).serve(${address()}, {0xbc48d0, ${address()}})`,
      'created by net/http.(*Server).Serve',
    ];
    for (const row of rows) this.#say(pod, time, row);
  }

  #uuid(): string {
    const draws = this.#draws;
    const [a, b, c, d] = [draws.hex(), draws.hex(), draws.hex(), draws.hex()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }
}

/** The serving side when its caller stopped waiting or its own calls failed. */
function cancelled(pod: number, key: string): string {
  switch (podService(pod).language) {
    case 'go':
      return `severity:warning,message:[${key}] context canceled before the response was sent`;
    case 'dotnet':
      return `fail: Grpc.AspNetCore.Server.ServerCallHandler[6] Error when executing service method '${key}'.`;
    case 'node':
      return `severity:warn,message:call ${key} cancelled by client`;
    case 'python':
      return `severity:WARNING,message:RPC ${key} terminated before completion`;
  }
}
