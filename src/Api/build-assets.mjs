// Fills wwwroot/lib from node_modules: tinykeys, hls.js, tus-js-client, and one SVG sprite that holds only the icons named in icons.txt.
// Everything in wwwroot/lib is made here and ignored by git.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const lib = join(here, 'wwwroot', 'lib');

const fail = sentence => {
  console.error(sentence);
  process.exit(1);
};

/** 'check' is an outline icon, 'filled/check' a filled one; its id in the sprite is 'filled-check'. */
const symbolOf = name => {
  const file = join(modules, '@tabler', 'icons', 'icons', `${name.includes('/') ? name : `outline/${name}`}.svg`);
  if (!existsSync(file)) fail(`icons.txt names "${name}", which @tabler/icons doesn't have.`);
  const shapes = readFileSync(file, 'utf8')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>[\s\S]*$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  return `<symbol id="${name.replace('/', '-')}" viewBox="0 0 24 24">${shapes}</symbol>`;
};

const names = readFileSync(join(here, 'icons.txt'), 'utf8').split('\n').map(line => line.trim()).filter(line => line && !line.startsWith('#'));
const twice = names.find((name, at) => names.indexOf(name) !== at);
if (twice) fail(`icons.txt names "${twice}" twice.`);

rmSync(lib, { recursive: true, force: true });
mkdirSync(lib, { recursive: true });
writeFileSync(join(lib, 'icons.svg'), `<svg xmlns="http://www.w3.org/2000/svg">${names.map(symbolOf).join('')}</svg>\n`);
const withoutMap = file => readFileSync(join(modules, file), 'utf8').replace(/\n\/\/# sourceMappingURL=.*\n?$/, '\n');
writeFileSync(join(lib, 'hls.js'), withoutMap('hls.js/dist/hls.light.min.mjs'));
writeFileSync(join(lib, 'tinykeys.js'), withoutMap('tinykeys/dist/tinykeys.mjs'));
// tus-js-client comes as a script for any loader; as a module it needs the two names that it looks for, and gives nothing to the window.
const tus = withoutMap('tus-js-client/dist/tus.min.js');
writeFileSync(join(lib, 'tus.js'), `const module = { exports: {} };\nconst exports = module.exports;\n${tus};\nexport const { Upload } = module.exports;\n`);
