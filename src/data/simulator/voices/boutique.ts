/** What the services of Online Boutique write while they serve requests. Other lines are in `boutique-routine.ts`. */
import { RandomStream } from '../random.ts';
import type { Status } from '../spans.ts';
import { type Language, type Operation, podService, type System } from '../system.ts';
import { type Complaint, type Line, level, type Refusal, type Story, type Voice } from './voice.ts';

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
const interests = ['clothing', 'accessories', 'footwear', 'hair', 'decor', 'kitchen'] as const;
const mail = 'someone@example.com';

const topics: Readonly<Record<string, string>> = {
  GetCart: 'could not retrieve cart',
  AddItem: 'failed to add to cart',
  EmptyCart: 'failed to empty user cart',
  GetSupportedCurrencies: 'could not retrieve currencies',
  Convert: 'failed to convert currency',
  GetProduct: 'could not retrieve product',
  ListProducts: 'could not retrieve products',
  GetAds: 'failed to retrieve ads',
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

export class BoutiqueVoice implements Voice {
  readonly lines: Line[] = [];
  readonly #system: System;
  readonly #ads: boolean;
  readonly #draws: RandomStream;

  constructor(system: System, seed: number, index: number) {
    this.#system = system;
    this.#ads = system.services.some((item) => item.name === 'adservice');
    this.#draws = new RandomStream(seed, index, 'logs');
  }

  begin(operation: number, pod: number, time: number, trace: number): Story {
    const story: Story = { operation, pod, trace };
    const draws = this.#draws;
    const say = (message: string, later = 0.1) => this.#say(story, time + later, message);
    switch ((this.#system.operations[operation] as Operation).key) {
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
      case 'GetAds':
        say(`INFO received ad request (context_words=[${draws.pick(interests)}])`);
        break;
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
    const { operations, services, entry } = this.#system;
    const { key, service } = operations[callee] as Operation;
    const target = (services[service] as { name: string }).name;
    const { language } = podService(this.#system, story.pod);
    if (code === 0) {
      if (draws.chance(0.5)) {
        const level = language === 'python' ? 'WARNING' : 'warning';
        this.#say(
          story,
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
        story,
        time,
        `severity:ERROR,message:<_InactiveRpcError of RPC that terminated with: status = StatusCode.${name.toUpperCase()} details = "${reason}">`,
      );
    } else if (optional) {
      this.#say(story, time, `severity:warning,error:${text}`);
    } else {
      this.#say(story, time, `severity:error,error:${text},message:request error`);
      if ((operations[story.operation] as Operation).service === entry && draws.chance(0.08)) {
        this.#panic(story, time);
      }
    }
  }

  end(story: Story, time: number, code: Status, took: number): void {
    const { key, service } = this.#system.operations[story.operation] as Operation;
    const draws = this.#draws;
    const say = (message: string, sooner = 0.1) => this.#say(story, time - sooner, message);
    if (service === this.#system.entry) {
      if (key !== 'SetCurrencyGrpc') say('severity:debug,message:request complete', 0);
      if (key === 'ProductGrpc' && !this.#ads && draws.chance(0.3)) {
        say('severity:warning,message:failed to retrieve ads', Math.min(1, took / 2));
      }
      return;
    }
    if (code !== 0) {
      if (draws.chance(0.5)) say(cancelled(podService(this.#system, story.pod).language, key), 0);
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

  /** What a handler says that may not open a resource, misses a file, or loses a session. */
  fail(story: Story, time: number, complaint: Exclude<Complaint, 'none'>): void {
    const text = {
      login: 'session expired: login failed after 11s',
      denied: 'open /var/run/resources/source: permission denied',
      missing: 'open /var/run/resources/source.csv: no such file or directory',
    }[complaint];
    this.#say(story, time, `severity:error,error:${text},message:request error`);
  }

  #say(story: Story, time: number, message: string): void {
    this.lines.push({ time, pod: story.pod, trace: story.trace, level: level.unknown, message });
  }

  #panic(story: Story, time: number): void {
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
    for (const row of rows) this.#say(story, time, row);
  }

  #uuid(): string {
    const draws = this.#draws;
    const [a, b, c, d] = [draws.hex(), draws.hex(), draws.hex(), draws.hex()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }
}

/** The serving side when its caller stopped waiting or its own calls failed. */
function cancelled(language: Language, key: string): string {
  switch (language) {
    case 'go':
      return `severity:warning,message:[${key}] context canceled before the response was sent`;
    case 'dotnet':
      return `fail: Grpc.AspNetCore.Server.ServerCallHandler[6] Error when executing service method '${key}'.`;
    case 'node':
      return `severity:warn,message:call ${key} cancelled by client`;
    case 'java':
      return `WARN call ${key} was cancelled before the response was sent`;
    case 'python':
      return `severity:WARNING,message:RPC ${key} terminated before completion`;
  }
}
