/** The part of `fetch` the model adapters use: a text address and plain options. */
export type FetchLike = (url: string, init?: RequestInit) => Promise<Response>;
