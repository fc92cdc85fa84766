/** An instruction of a Dockerfile, with its continued lines in one. */
export interface Instruction {
  readonly name: string;
  readonly text: string;
}

/** Reads a Dockerfile without variables and heredocs. */
export function dockerfile(text: string): { readonly instructions: readonly Instruction[] } {
  const lines = text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return {
    instructions: lines.map((line) => {
      const [, name = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
      return { name, text: rest.replaceAll(/\s+/g, ' ') };
    }),
  };
}
