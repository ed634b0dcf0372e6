export { configureAPIKey, WebContainer } from "@webcontainer/api";

/** Where this copy of the library was loaded from: its address with a query is another copy. */
export const moduleUrl: string = import.meta.url;
