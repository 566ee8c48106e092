// Copies what the browser loads of others from node_modules/ into static/vendor/, each with its licence:
//   npm run assets
// Which versions: package-lock.json. The folder is filled anew each time; `.installed` is written last.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const vendor = join(root, 'static', 'vendor');

// folder in static/vendor/: [file or folder in node_modules/, its name there if another one]
const wanted = {
  leaflet: [['leaflet/dist/leaflet.js'], ['leaflet/dist/leaflet.css'], ['leaflet/dist/images'], ['leaflet/LICENSE']],
  'design-tokens': [
    ['@digital-go-jp/design-tokens/dist/tokens.css'],
    ['@digital-go-jp/design-tokens/LICENSE'],
  ],
};

// Source maps are not copied, so a comment that points at one would be a 404 in every developer's browser.
const sourceMapComment = /\n?(\/\/# sourceMappingURL=\S+|\/\*# sourceMappingURL=\S+ \*\/)\s*$/;

async function copy(source, target) {
  await cp(source, target, { recursive: true });
  if (/\.(js|css)$/.test(target)) {
    const text = await readFile(source, 'utf8');
    await writeFile(target, text.replace(sourceMapComment, '\n'));
  }
}

await rm(vendor, { recursive: true, force: true });
for (const [folder, files] of Object.entries(wanted)) {
  await mkdir(join(vendor, folder), { recursive: true });
  for (const [source, name = basename(source)] of files) {
    await copy(join(modules, source), join(vendor, folder, name));
  }
}
await writeFile(join(vendor, '.installed'), '');
