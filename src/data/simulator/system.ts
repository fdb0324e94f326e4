/**
 * Online Boutique as data set D3 runs it: nine services with three pods each, redis behind the cart, their resources and
 * their call graph. Only constants; what happens to them is in the other files of this folder.
 */

export type Language = 'go' | 'dotnet' | 'node' | 'python';

export type Service = {
  readonly name: string;
  readonly language: Language;
  /** CPU quota of a pod in cores. */
  readonly cores: number;
  readonly shares: number;
  /** Memory of a pod at rest and its limit, in MiB. */
  readonly rss: number;
  readonly cache: number;
  readonly limit: number;
  readonly threads: number;
  /** Cores a pod uses without any request: probes, agents, garbage collection. */
  readonly idle: number;
  /** Seconds from the start of the container until it accepts requests. */
  readonly boot: number;
};

export const replicas = 3;
export const nodes = 4;
/** Requests per second that reach the frontend, averaged over a day. */
export const meanLoad = 30;

const mib = 1152;

export const services: readonly Service[] = [
  service('cartservice', 'dotnet', { cores: 2.3, shares: 307, rss: 62, cache: 40, threads: 50, boot: 9 }),
  service('checkoutservice', 'go', { rss: 47, cache: 9, threads: 43, boot: 3 }),
  service('currencyservice', 'node', { rss: 63, cache: 11, threads: 33, boot: 5 }),
  service('emailservice', 'python', { rss: 43, cache: 5, threads: 64, boot: 6 }),
  service('frontend', 'go', { rss: 59, cache: 8, threads: 77, boot: 3 }),
  service('paymentservice', 'node', { rss: 60, cache: 4, threads: 33, boot: 5 }),
  service('productcatalogservice', 'go', { rss: 50, cache: 10, threads: 54, boot: 3 }),
  service('recommendationservice', 'python', { rss: 61, cache: 9, limit: 1474, threads: 71, boot: 7 }),
  service('shippingservice', 'go', { rss: 46, cache: 8, threads: 41, boot: 3 }),
];

function service(
  name: string,
  language: Language,
  rest: Partial<Service> & Pick<Service, 'rss' | 'cache' | 'threads' | 'boot'>,
): Service {
  const idle = { go: 0.012, dotnet: 0.02, node: 0.01, python: 0.014 }[language];
  return { name, language, cores: 2.2, shares: 204, limit: mib, idle, ...rest };
}

/** A call that a handler makes. An optional one may fail without failing the handler. */
export type Call = { readonly to: string; readonly times: number; readonly optional: boolean };

export type Operation = {
  /** Short name: `GetCart`. Unique in the system. */
  readonly key: string;
  /** As spans carry it: `/hipstershop.CartService/GetCart`. */
  readonly name: string;
  /** Index into `services`. */
  readonly service: number;
  /** Median own time of an unloaded pod in milliseconds, most of it CPU. */
  readonly work: number;
  /** Milliseconds a caller waits for it at most. */
  readonly timeout: number;
  /** Mean bytes of request and response. */
  readonly bytes: readonly [number, number];
  readonly calls: readonly Call[];
};

function call(to: string, times = 1): Call {
  return { to, times, optional: false };
}
function attempt(to: string, times = 1): Call {
  return { to, times, optional: true };
}

export function serviceIndex(name: string): number {
  return services.findIndex((item) => item.name === name);
}

function operation(
  group: string,
  key: string,
  work: number,
  calls: readonly Call[] = [],
  timeout = 1500,
  bytes: readonly [number, number] = [60, 180],
): Operation {
  const service = serviceIndex(group.toLowerCase());
  const owner = group === 'Frontend' ? 'FrontendService' : group;
  return { key, name: `/hipstershop.${owner}/${key}`, service, work, timeout, bytes, calls };
}

export const operations: readonly Operation[] = [
  operation('Frontend', 'HomeGrpc', 5, [
    call('GetSupportedCurrencies'),
    call('ListProducts'),
    call('GetCart'),
    call('Convert', 3),
  ]),
  operation('Frontend', 'ProductGrpc', 4.5, [
    call('GetProduct'),
    call('GetSupportedCurrencies'),
    call('GetCart'),
    call('Convert'),
    attempt('ListRecommendations'),
    attempt('GetProduct', 3),
  ]),
  operation('Frontend', 'ViewCartGrpc', 4.5, [
    call('GetSupportedCurrencies'),
    call('GetCart'),
    attempt('ListRecommendations'),
    call('GetQuote'),
    call('GetProduct'),
    call('Convert', 2),
  ]),
  operation('Frontend', 'AddToCartGrpc', 3, [call('GetProduct'), call('AddItem')]),
  operation('Frontend', 'PlaceOrderGrpc', 5, [
    call('PlaceOrder'),
    attempt('ListRecommendations'),
    call('GetSupportedCurrencies'),
  ]),
  operation('Frontend', 'SetCurrencyGrpc', 1.5),
  operation(
    'CheckoutService',
    'PlaceOrder',
    6,
    [
      call('GetCart'),
      call('GetProduct', 2),
      call('Convert', 2),
      call('GetQuote'),
      call('Charge'),
      call('ShipOrder'),
      call('EmptyCart'),
      attempt('SendOrderConfirmation'),
    ],
    4000,
    [420, 310],
  ),
  operation('CartService', 'GetCart', 2.2, [], 1500, [52, 113]),
  operation('CartService', 'AddItem', 2.6, [], 1500, [86, 12]),
  operation('CartService', 'EmptyCart', 2.1, [], 1500, [52, 12]),
  operation('CurrencyService', 'GetSupportedCurrencies', 1.6, [], 1500, [20, 220]),
  operation('CurrencyService', 'Convert', 1.5, [], 1500, [48, 42]),
  operation('ProductCatalogService', 'GetProduct', 1.4, [], 1500, [32, 310]),
  operation('ProductCatalogService', 'ListProducts', 2.2, [], 1500, [20, 2400]),
  operation('RecommendationService', 'ListRecommendations', 4.2, [call('ListProducts')], 1500, [90, 85]),
  operation('ShippingService', 'GetQuote', 1.3, [], 1500, [228, 70]),
  operation('ShippingService', 'ShipOrder', 1.5, [], 1500, [228, 65]),
  operation('PaymentService', 'Charge', 2.4, [], 1500, [110, 60]),
  operation('EmailService', 'SendOrderConfirmation', 4, [], 1500, [560, 12]),
];

const operationIndex = new Map(operations.map((item, index) => [item.key, index]));

/** @throws RangeError for a key that is not in `operations`: a mistake in this file's tables. */
export function findOperation(key: string): number {
  const index = operationIndex.get(key);
  if (index === undefined) throw new RangeError(`no operation ${key}`);
  return index;
}

/** What users do, as shares of the load. */
export const requestMix: readonly { readonly operation: number; readonly share: number }[] = [
  { operation: findOperation('ProductGrpc'), share: 0.34 },
  { operation: findOperation('HomeGrpc'), share: 0.16 },
  { operation: findOperation('ViewCartGrpc'), share: 0.15 },
  { operation: findOperation('AddToCartGrpc'), share: 0.12 },
  { operation: findOperation('PlaceOrderGrpc'), share: 0.14 },
  { operation: findOperation('SetCurrencyGrpc'), share: 0.09 },
];

export const podCount = services.length * replicas;

/** Pods of service s are numbers 3s, 3s + 1, 3s + 2. */
export function podName(pod: number): string {
  return `${(services[Math.floor(pod / replicas)] as Service).name}-${pod % replicas}`;
}
export function podService(pod: number): Service {
  return services[Math.floor(pod / replicas)] as Service;
}
/** The worker node a pod runs on: replicas of one service are spread. */
export function podNode(pod: number): number {
  return (Math.floor(pod / replicas) + (pod % replicas)) % nodes;
}
