/** The end of a feature stage: 32-bit numbers, never NaN or infinite, and what was counted on the way. */

export interface FeatureArray {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Values too large for 32 bits: set to 0. */
  readonly overflowed: number;
  /** Per case: windows with at least one record. */
  readonly coverage: readonly number[];
  /** Cells without any record. */
  readonly empty: number;
  /** Names of the series without spread in the fitted cases. */
  readonly constant: readonly string[];
  /** Records of series that the fitted cases do not have. */
  readonly unseen: number;
  readonly unseenNames: readonly string[];
}

export function finishArray(
  values: Float64Array,
  shape: readonly number[],
): Pick<FeatureArray, 'shape' | 'data' | 'overflowed'> {
  const data = new Float32Array(values.length);
  let overflowed = 0;
  for (let i = 0; i < values.length; i++) {
    const value = Math.fround(values[i] as number);
    if (Number.isFinite(value)) data[i] = value;
    else overflowed++;
  }
  return { shape, data, overflowed };
}
