import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isOnPath } from './is-on-path.ts';

/** Whether Java and Maven are here, which fetches libraries. */
export function javaFound(): boolean {
  return isOnPath('java') && isOnPath('mvn');
}

/**
 * Copies the libraries of a project of Maven to the folder `libraries`, once. The folder appears when it is whole.
 * @param pom the project's file.
 */
export function fetchJavaLibraries(pom: string, libraries: string): void {
  if (existsSync(libraries)) return;
  const work = `${libraries}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  const project = join(work, 'pom.xml');
  copyFileSync(pom, project);
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'lib')}`];
  execFileSync('mvn', ['--quiet', '--batch-mode', '--file', project, ...goal], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  mkdirSync(dirname(libraries), { recursive: true });
  renameSync(join(work, 'lib'), libraries);
  rmSync(work, { recursive: true });
}
