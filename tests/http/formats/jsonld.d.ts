declare module 'jsonld' {
  export function expand(document: object): Promise<readonly Record<string, unknown>[]>;
  export function toRDF(
    document: object,
    options: { readonly format: 'application/n-quads' },
  ): Promise<string>;
}
