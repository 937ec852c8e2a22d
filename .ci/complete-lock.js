// npm leaves optional binaries that a registry does not carry out of package-lock.json, and `npm ci` then refuses the file.
// Run after every `npm install`: names each platform's binary again, with what it runs on, without fetching it.
import fs from 'node:fs';

const systems = new Set('aix android darwin freebsd linux netbsd openbsd openharmony sunos win32'.split(' '));
const processors = new Set('arm arm64 ia32 loong64 mips64el ppc64 riscv64 s390x wasm32 x64'.split(' '));

const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const { '': root, ...packages } = lock.packages;
for (const parent of Object.values(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (packages[`node_modules/${name}`] !== undefined) continue;
    const words = name.split(/[/-]/);
    const os = words.filter((word) => systems.has(word));
    const cpu = words.filter((word) => processors.has(word));
    if (os.length === 0 && cpu.length === 0) continue;
    packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(parent.dev ? { dev: true } : {}),
      ...(words.includes('musl') ? { libc: ['musl'] } : {}),
      license: parent.license,
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
  }
}
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = { '': root, ...Object.fromEntries(sorted) };
fs.writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);
