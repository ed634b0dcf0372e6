import { createContext, useContext } from "solid-js";

import type { AppState } from "./app-state.ts";

export const AppContext = createContext<AppState>();

/** The page's state. Throws outside of the app's own tree. */
export function useApp(): AppState {
  const app = useContext(AppContext);
  if (!app) throw new Error("useApp is called outside AppContext");
  return app;
}
