/** Returns an operation's path as Atlas writes it: `/groups/{groupId}`. */
export function pathTemplate(path: string): string {
  return path
    .replaceAll(/\(\^[^)]*\)/g, '')
    .replaceAll(/(?<!:):(\w+)/g, '{$1}')
    .replaceAll('::', ':');
}
