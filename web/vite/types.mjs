// Writes src/domain/api.gen.ts: the shapes of docs/openapi.json, which the hub's own tests hold to its code, as TypeScript.
// `npm run types` writes it, `npm run types -- --check` fails where it is not what the document says.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const DOCUMENT = new URL('../../docs/openapi.json', import.meta.url);
const FILE = new URL('../src/domain/api.gen.ts', import.meta.url);

const NAMES = { integer: 'number', number: 'number', string: 'string', boolean: 'boolean', null: 'null' };

const union = (types) => [...new Set(types)].join(' | ');

/** A schema as a type; `indent` is that of the line it begins in. */
export function typeOf(schema, indent = '') {
  if (schema.$ref) return schema.$ref.split('/').at(-1);
  if (schema.oneOf) return union(schema.oneOf.map((one) => typeOf(one, indent)));
  if (schema.allOf) return schema.allOf.map((one) => typeOf(one, indent)).join(' & ');
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const types = [schema.type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return union(types.map((type) => oneType(type, schema, indent)));
}

function oneType(type, schema, indent) {
  if (type === 'array') {
    const item = typeOf(schema.items ?? {}, indent);
    return /[ |&]/.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
  }
  if (type !== 'object') {
    if (!NAMES[type]) throw new Error(`a type that is not known: ${type}`);
    return NAMES[type];
  }
  if (schema.additionalProperties) return `Record<string, ${typeOf(schema.additionalProperties, indent)}>`;
  return `{\n${fields(schema, `${indent}  `)}${indent}}`;
}

function fields({ properties = {}, required = [] }, indent) {
  return Object.entries(properties)
    .map(([name, schema]) => {
      const said = schema.description ? `${indent}/** ${schema.description} */\n` : '';
      return `${said}${indent}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, indent)};\n`;
    })
    .join('');
}

export function typesOf(document) {
  const parts = Object.entries(document.components.schemas).map(([name, schema]) => {
    const said = schema.description ? `/** ${schema.description} */\n` : '';
    const type = typeOf(schema);
    return type.startsWith('{') && !schema.allOf
      ? `${said}export interface ${name} ${type}\n`
      : `${said}export type ${name} = ${type};\n`;
  });
  return `// Made of docs/openapi.json by \`npm run types\`: not to be edited. Refined where the page knows more, in the other files here.\n\n${parts.join('\n')}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const types = typesOf(JSON.parse(readFileSync(DOCUMENT, 'utf8')));
  if (!process.argv.includes('--check')) writeFileSync(FILE, types);
  else if (types !== readFileSync(FILE, 'utf8')) {
    console.error(
      'src/domain/api.gen.ts is not what docs/openapi.json says: run `npm run types` and commit it',
    );
    process.exit(1);
  }
}
