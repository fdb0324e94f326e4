/** File patterns: `*` stands for any part of a name, `**` for any folders, `?` for one sign. Everything else is itself. */

export function globPattern(glob: string): RegExp {
  const parts = glob.replace(/^\.\//, '').split(/(\*\*\/|\*\*|\*|\?)/);
  const source = parts.map((part) =>
    part === '**/'
      ? '(?:[^/]+/)*'
      : part === '**'
        ? '.*'
        : part === '*'
          ? '[^/]*'
          : part === '?'
            ? '[^/]'
            : part.replace(/[.+^${}()|[\]\\]/g, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`);
}
