/** The manifest of a dataset in the commands: where it lies, and what its checksums say. */
import type { ResolvedCall } from '../../spec/resolved.ts';
import type { Finding } from '../../stages/findings.ts';

export async function verifyManifest(_source: ResolvedCall, _dataRoot: string): Promise<Finding[]> {
  return [];
}
