// For the tests: the generator itself is plain JavaScript, to run before anything is installed.
export function typeOf(schema: object, indent?: string): string;
export function typesOf(document: unknown): string;
