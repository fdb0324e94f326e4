/**
 * Optimisers as data, what one step of each computes, and its plain JavaScript form: the reference that executors are
 * checked against.
 */

/**
 * - `adamw`, as PyTorch's AdamW: p ← p·(1 − r·weight_decay), m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g²,
 *   p ← p − r/(1−β₁ᵗ) · m / (√v/√(1−β₂ᵗ) + eps).
 * - `adam`, as PyTorch's Adam: g ← g + weight_decay·p (an L2 penalty, which the moments see), then as AdamW without its decay.
 * - `sgd`, as PyTorch's SGD: g ← g + weight_decay·p, m ← momentum·m + g, p ← p − r·m.
 *
 * With `clip` all gradients together are first shortened to that norm where they are longer, as `clip_grad_norm_` does.
 *
 * r is the learning rate times the update scale of the parameter's group (1 if none is given): with `scale: 'update'` a
 * modality at scale s moves s times as far, decay included. With `scale: 'gradient'` the factor multiplies g instead.
 */
export type Optimiser = { readonly clip?: number } & (
  | {
      readonly kind: 'adamw' | 'adam';
      readonly lr: number;
      readonly weight_decay: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly eps: number;
    }
  | { readonly kind: 'sgd'; readonly lr: number; readonly weight_decay: number; readonly momentum: number }
);

export type ScaleMode = 'update' | 'gradient';

/** Names of the arrays that an optimiser keeps per parameter, each as large as the parameter; they start at zero. */
export function slotsOf(optimiser: Optimiser): readonly ('m' | 'v')[] {
  return optimiser.kind === 'sgd' ? ['m'] : ['m', 'v'];
}

/** Scalars of one update of one parameter: everything an elementwise kernel needs beside the arrays. */
export interface UpdateScalars {
  /** Factor on the gradient. */
  readonly gradientScale: number;
  /** Added to the gradient: decay · p (SGD, Adam). */
  readonly decay: number;
  /** p is multiplied by this first (AdamW). */
  readonly keep: number;
  /** Step length in front of m/(…) or m. */
  readonly rate: number;
  /** 1/√(1−β₂ᵗ) (AdamW, Adam). */
  readonly secondScale: number;
}

/** `step` counts from 1. */
export function updateScalars(
  optimiser: Optimiser,
  step: number,
  scale: number,
  mode: ScaleMode,
  lr = optimiser.lr,
): UpdateScalars {
  const r = mode === 'update' ? lr * scale : lr;
  const gradientScale = mode === 'gradient' ? scale : 1;
  if (optimiser.kind === 'sgd')
    return { gradientScale, decay: optimiser.weight_decay, keep: 1, rate: r, secondScale: 1 };
  const decoupled = optimiser.kind === 'adamw';
  return {
    gradientScale,
    decay: decoupled ? 0 : optimiser.weight_decay,
    keep: decoupled ? 1 - r * optimiser.weight_decay : 1,
    rate: r / (1 - optimiser.beta1 ** step),
    secondScale: 1 / Math.sqrt(1 - optimiser.beta2 ** step),
  };
}

/** Updates p and its slots in place, in float64 if the arrays are. */
export function updateReference(
  optimiser: Optimiser,
  scalars: UpdateScalars,
  p: Float64Array,
  gradient: Float64Array,
  m: Float64Array,
  v: Float64Array,
): void {
  for (let i = 0; i < p.length; i++) {
    const g = gradient[i]! * scalars.gradientScale + scalars.decay * p[i]!;
    if (optimiser.kind === 'sgd') {
      m[i] = optimiser.momentum * m[i]! + g;
      p[i]! -= scalars.rate * m[i]!;
    } else {
      m[i] = optimiser.beta1 * m[i]! + (1 - optimiser.beta1) * g;
      v[i] = optimiser.beta2 * v[i]! + (1 - optimiser.beta2) * g * g;
      const step = m[i]! / (Math.sqrt(v[i]!) * scalars.secondScale + optimiser.eps);
      p[i] = p[i]! * scalars.keep - scalars.rate * step;
    }
  }
}
