/** The part of jStat that `distributions.ts` and `src/search` use; the package has no types. */
declare module 'jstat' {
  export const jStat: {
    readonly normal: {
      cdf(x: number, mean: number, sd: number): number;
      pdf(x: number, mean: number, sd: number): number;
      inv(p: number, mean: number, sd: number): number;
    };
    readonly studentt: { inv(p: number, df: number): number };
    readonly chisquare: { cdf(x: number, df: number): number };
    readonly centralF: { cdf(x: number, df1: number, df2: number): number };
    /** The studentized range. */
    readonly tukey: { inv(p: number, groups: number, df: number): number };
  };
}
