/**
 * Online Boutique, in the two shapes in which the data sets run it. D3: nine services with three pods each, redis behind
 * the cart, four nodes. D1: an ad service besides, four pods each (`cartservice-0` to `-2` and `cartservice2-0`), six nodes.
 */
import {
  buildSystem,
  type Call,
  findOperation,
  type Language,
  type Operation,
  type Service,
  type System,
} from '../system.ts';

export type BoutiqueShape = { readonly ads: boolean; readonly replicas: 3 | 4; readonly nodes: number };

const mib = 1152;

function service(
  name: string,
  language: Language,
  rest: Partial<Service> & Pick<Service, 'rss' | 'cache' | 'threads' | 'boot' | 'weight'>,
): Service {
  const idle = { go: 0.012, dotnet: 0.02, node: 0.01, python: 0.014, java: 0.018 }[language];
  return { name, language, cores: 2.2, shares: 204, limit: mib, idle, ...rest };
}

const nine: readonly Service[] = [
  service('cartservice', 'dotnet', {
    cores: 2.3,
    shares: 307,
    rss: 62,
    cache: 40,
    threads: 50,
    boot: 9,
    weight: 4,
  }),
  service('checkoutservice', 'go', { rss: 47, cache: 9, threads: 43, boot: 3, weight: 3 }),
  service('currencyservice', 'node', { rss: 63, cache: 11, threads: 33, boot: 5, weight: 3 }),
  service('emailservice', 'python', { rss: 43, cache: 5, threads: 64, boot: 6, weight: 1 }),
  service('frontend', 'go', { rss: 59, cache: 8, threads: 77, boot: 3, weight: 2 }),
  service('paymentservice', 'node', { rss: 60, cache: 4, threads: 33, boot: 5, weight: 1 }),
  service('productcatalogservice', 'go', { rss: 50, cache: 10, threads: 54, boot: 3, weight: 4 }),
  service('recommendationservice', 'python', {
    rss: 61,
    cache: 9,
    limit: 1474,
    threads: 71,
    boot: 7,
    weight: 3,
  }),
  service('shippingservice', 'go', { rss: 46, cache: 8, threads: 41, boot: 3, weight: 2 }),
];
const ads = service('adservice', 'java', { rss: 140, cache: 12, threads: 38, boot: 11, weight: 2 });

function call(to: string, times = 1): Call {
  return { to, times, optional: false };
}
function attempt(to: string, times = 1): Call {
  return { to, times, optional: true };
}

export function onlineBoutique(shape: BoutiqueShape): System {
  const services = shape.ads ? [...nine, ads] : nine;
  const operation = (
    group: string,
    key: string,
    work: number,
    calls: readonly Call[] = [],
    timeout = 1500,
    bytes: readonly [number, number] = [60, 180],
  ): Operation => {
    const index = services.findIndex((item) => item.name === group.toLowerCase());
    const owner = group === 'Frontend' ? 'FrontendService' : group;
    return { key, name: `/hipstershop.${owner}/${key}`, service: index, work, timeout, bytes, calls };
  };
  const operations: readonly Operation[] = [
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
      ...(shape.ads ? [attempt('GetAds')] : []),
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
    ...(shape.ads ? [operation('AdService', 'GetAds', 2.6, [], 1500, [36, 190])] : []),
  ];
  const share = (key: string, value: number) => ({ operation: findOperation(operations, key), share: value });
  return buildSystem({
    name: 'online_boutique',
    services,
    operations,
    requestMix: [
      share('ProductGrpc', 0.34),
      share('HomeGrpc', 0.16),
      share('ViewCartGrpc', 0.15),
      share('AddToCartGrpc', 0.12),
      share('PlaceOrderGrpc', 0.14),
      share('SetCurrencyGrpc', 0.09),
    ],
    entry: services.findIndex((item) => item.name === 'frontend'),
    replicas: shape.replicas,
    nodes: shape.nodes,
    meanLoad: 30,
    sidecars: true,
    podName: (name, replica) => (replica < 3 ? `${name}-${replica}` : `${name}2-${replica - 3}`),
    // Pods of one service are spread.
    podNode: (index, replica) => (index + replica) % shape.nodes,
  });
}
