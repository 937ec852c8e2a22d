// npm leaves optional binaries that a registry does not carry out of package-lock.json, and `npm ci` then refuses the file.
// Run after every `npm install`: names each platform's Biome binary again, without fetching it.
import fs from 'node:fs';

const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const { '': root, ...packages } = lock.packages;
const { version, optionalDependencies } = packages['node_modules/@biomejs/biome'];
for (const name of Object.keys(optionalDependencies)) {
  const [os, cpu, libc = 'glibc'] = name.replace('@biomejs/cli-', '').split('-');
  packages[`node_modules/${name}`] ??= {
    version,
    cpu: [cpu],
    dev: true,
    ...(os === 'linux' ? { libc: [libc] } : {}),
    license: 'MIT OR Apache-2.0',
    optional: true,
    os: [os],
  };
}
const sorted = Object.entries(packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = { '': root, ...Object.fromEntries(sorted) };
fs.writeFileSync('package-lock.json', `${JSON.stringify(lock, undefined, 2)}\n`);
