/** A model provider the server forwards to. */
export interface ProviderInfo {
  /** The name in `/v1/model/<name>/…`. */
  name: string;
  /** The upstream's base URL; a client that holds this base URL may go through the server. */
  baseUrl: string;
  /** True when the server adds a key of its own. */
  hasKey: boolean;
}

/** A WebContainer's host the page may use, because its policy allows the frame. */
export interface WebContainerOffer {
  origin: string;
  /** The operator's API key, which is no secret; null when there is none. */
  apiKey: string | null;
}

/** What `GET /v1/info` answers. */
export interface ServerInfo {
  name: "okcvm";
  version: string;
  /** The app's own origin. */
  appOrigin: string;
  /** Sites are served at `<scheme>://<id>.<sitesHost>`; host with port. */
  sitesHost: string;
  providers: ProviderInfo[];
  /** null: not offered. Absent in what a server of before said. */
  webcontainer?: WebContainerOffer | null;
  /** Absent in what a server of before said. */
  accounts?: AccountOffer;
}

/** Who may make an account on a server: anyone, who is invited, or its operator alone. */
export type Registration = "open" | "invite-only" | "closed";

/** How people get an account on a server. */
export interface AccountOffer {
  /** off: the server keeps none. */
  registration: Registration | "off";
  /** True where the operator's own login says who people are. */
  login: boolean;
}

/** Whether a value from outside is what an OKCVM server answers. */
export function isServerInfo(value: unknown): value is ServerInfo {
  if (typeof value !== "object" || value === null) return false;
  const info = value as Partial<ServerInfo>;
  const texts = [info.version, info.appOrigin, info.sitesHost];
  return (
    info.name === "okcvm" && texts.every((text) => typeof text === "string") && Array.isArray(info.providers)
  );
}
