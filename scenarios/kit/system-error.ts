import { quoted } from './errors.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would become too large',
  EEXIST: 'there is a file of that name',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its links lead in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

const failing: Readonly<Record<string, string>> = {
  open: 'opened',
  read: 'read',
  scandir: 'read',
  write: 'written',
  mkdir: 'made',
  rename: 'renamed',
};

/** Why the system refused a file, in words where there are any. */
export function reasonOf(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return reasons[code] ?? quoted(message.split(',')[0] ?? '', 120);
}

/** One line for a file that the system refuses where nobody foresaw it, or undefined when `error` is something else. */
export function systemProblem(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error)) return undefined;
  const { code = '', syscall = '', path } = error as NodeJS.ErrnoException;
  if (reasons[code] === undefined) return undefined;
  const what = path === undefined ? 'a file' : quoted(path, 200);
  const hint = code === 'ENOSPC' || code === 'EDQUOT' ? 'Make room or name another place.' : 'Name another file.';
  return `${what} cannot be ${failing[syscall] ?? 'used'}: ${reasonOf(error)}. ${hint}`;
}
