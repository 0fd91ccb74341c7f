/** The parameters in the address of a request. Nothing is asked of what stands before them, which need not be an address. */
export const searchOf = (url: string): URLSearchParams => new URLSearchParams(partsOf(url).search);

/** The path of an address, and its parameters with their question mark. */
export function partsOf(url: string): { readonly path: string; readonly search: string } {
  const at = url.indexOf("?");
  return at < 0 ? { path: url, search: "" } : { path: url.slice(0, at), search: url.slice(at) };
}
