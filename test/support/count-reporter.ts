/** Prints `N passed, N failed` as the last line, which vitest's own summary does not put plainly. */
import type { Reporter, TestModule } from 'vitest/node';

export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    let passed = 0;
    let skipped = 0;
    let failed = unhandled.length;
    for (const module of modules) {
      const before = failed;
      for (const test of module.children.allTests()) {
        const state = test.result().state;
        if (state === 'passed') passed += 1;
        else if (state === 'failed') failed += 1;
        else skipped += 1;
      }
      // A file that could not be loaded, or whose hooks failed, is a failure without a failed test.
      if (module.state() === 'failed' && failed === before) failed += 1;
    }
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    // A line break first: what restores the cursor at the end writes no line of its own.
    process.on('exit', () => process.stdout.write(`\n${passed} passed, ${failed} failed${tail}\n`));
  }
}
