import type { Conversation } from "../domain/conversation.ts";
import type { ErrorValue } from "../domain/errors.ts";
import type { RunEvent } from "../domain/events.ts";
import type { GitRemote, PushResult, TransferOptions } from "../domain/git-remote.ts";
import type { Message, ToolResult } from "../domain/message.ts";
import type { EndpointKind, SettingsPatch, SettingsView } from "../domain/settings.ts";
import type { Snapshot } from "../domain/snapshot.ts";
import type { Tool } from "../tools/define-tool.ts";
import type { Deployment } from "../domain/deployment.ts";
import type { RunningServer } from "../domain/running-server.ts";
import type { EngineState } from "../ports/sandbox.ts";
import type { BrowserStorage } from "../ports/storage.ts";
import type { Profiles } from "../ports/profiles.ts";
import type { Sync } from "../ports/sync.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { DiskApi } from "./disk/api.ts";

/** A file to add to a message: bytes, and the name it gets in the upload folder. */
export interface Upload {
  name: string;
  content: Blob;
}

/** A file that lies in the upload folder, ready to be named in a message. */
export interface Uploaded {
  /** Workspace path. */
  path: string;
  name: string;
  /** Bytes. */
  size: number;
  mediaType: string;
}

export interface SendOptions {
  /** Files uploaded before with `session.upload`. */
  attachments?: Uploaded[];
}

/** One open conversation: its branch in view, its run, its files. */
export interface Session {
  readonly id: string;
  readonly workspace: Workspace;
  /** True while another tab holds the conversation and does what this one asks; it takes over by itself when that tab is gone. */
  readonly following: boolean;
  /** True while a run is under way. */
  readonly running: boolean;

  /**
   * Appends a user message and runs the agent on it. The events end when the
   * run has ended; a run's failure is its last event, not a throw. The run goes
   * on when the caller stops reading. Errors, thrown before anything is kept:
   * `run-active`, `bad-arguments` for an empty message.
   */
  send(text: string, options?: SendOptions): AsyncIterable<RunEvent>;
  /** Answers the user message above `messageId` again, as a new branch that begins with the files of then. Errors: `not-found`, `run-active`. */
  regenerate(messageId: string): AsyncIterable<RunEvent>;
  /** Sends a changed text in place of a user message, as a new branch that begins with the files of then. Errors: `not-found`, `run-active`. */
  edit(messageId: string, text: string): AsyncIterable<RunEvent>;
  /** Ends the run; what it has said and done is kept. */
  stop(): void;
  /** First to last of the branch in view; a message being written is as far as it is. */
  messages(): Promise<Message[]>;
  /** The alternatives to a message, oldest first, itself among them. */
  siblings(messageId: string): Promise<Message[]>;
  /** Brings the newest branch through a message into view, with its files; unsaved changes are kept on the branch that is left. */
  select(messageId: string): Promise<void>;
  /** Runs one tool as the agent would. Never throws: a failure is a result with `ok: false`. */
  callTool(
    name: string,
    args?: unknown,
    options?: { signal?: AbortSignal; onOutput?: (chunk: string) => void },
  ): Promise<ToolResult>;
  /** Puts files into the upload folder; a name that is taken gets a number. */
  upload(
    files: Upload[],
    options?: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
  ): Promise<Uploaded[]>;
  /** Published sites, newest first. */
  deployments(): Promise<Deployment[]>;
  /** Makes sure this browser serves a site; answers its record. */
  ensureServed(deploymentId: string): Promise<Deployment>;
  /** The shell's engine. */
  readonly engine: EngineView;
  /** Run events, also of runs started elsewhere in this tab; `messages` after a branch change, or when what another tab holds may be ahead of what was heard; `engine` after its state or its servers changed; `deployment` after a deploy; `conflicts` after files were changed here and elsewhere at the same place, of which both versions are kept; `closed` when another tab took the conversation over. */
  subscribe(listener: (event: SessionEvent) => void): () => void;
  /** Stops the run and lets other tabs have it. */
  close(): Promise<void>;
}

/** The shell's engine as it is now. */
export interface EngineView {
  readonly name: string;
  readonly state: EngineState;
  /** Servers that commands started and that go on after them. */
  readonly servers: readonly RunningServer[];
}

export type SessionEvent =
  | { type: "run"; event: RunEvent }
  | { type: "messages" }
  | { type: "engine" }
  | { type: "deployment"; deployment: Deployment }
  | { type: "conflicts"; paths: readonly string[] }
  | { type: "closed"; error: ErrorValue };

/** A tool as settings show it. */
export interface ToolListing {
  name: string;
  description: string;
  /** offered: models see it. coming: named by the contract, not built yet. off: the loaded bundle leaves it out. */
  status: "offered" | "coming" | "off";
  custom: boolean;
}

export interface BundleStatus {
  /** False when a person's own bundle is in use. */
  builtIn: boolean;
  tools: number;
  systemPrompt: string;
}

/** The answer of an endpoint test. */
export interface EndpointTest {
  ok: boolean;
  /** What happened, in words. */
  message: string;
  /** Milliseconds of the call. */
  ms: number;
}

/** A Git repository elsewhere, and whether its token is to be kept for its host. */
export interface GitAccess extends GitRemote {
  remember?: boolean;
}

/** The whole of a running OKCVM: `globalThis.okcvm` in the page. */
export interface Okcvm {
  /** Resolves to this when everything is open. */
  readonly ready: Promise<Okcvm>;
  readonly registry: {
    /** Names of the tools a model is offered now. */
    names(): string[];
    /** Every tool: offered, coming, off. */
    list(): ToolListing[];
    /** Adds or replaces a tool; models are offered it from their next turn on. Errors: `bad-arguments`. */
    register(tool: Tool): void;
  };
  readonly settings: {
    /** What is set now; keys only as set or not. */
    get(): SettingsView;
    /** Errors: `bad-arguments`, and nothing is changed. */
    set(patch: SettingsPatch): Promise<void>;
    /** Makes a small real call to the endpoint as it is set. */
    test(kind: EndpointKind): Promise<EndpointTest>;
    bundle(): Promise<BundleStatus>;
    /** Loads a prompt and a tools.json in place of the built-in ones. Errors: `bad-bundle` with line and reason; nothing is changed. */
    loadBundle(systemPrompt: string, toolsJson: string): Promise<void>;
    resetBundle(): Promise<void>;
    subscribe(listener: () => void): () => void;
  };
  readonly conversations: {
    /** Newest first. */
    list(): Promise<Conversation[]>;
    /** Those that `restore` can bring back, in no order. */
    deleted(): Promise<Conversation[]>;
    create(): Promise<Conversation>;
    rename(id: string, title: string): Promise<void>;
    /** Hides it; `restore` brings it back until the page is opened anew 30 days later. */
    remove(id: string): Promise<void>;
    restore(id: string): Promise<void>;
    /** Removes a deleted one from this browser for good, with its files and sites. Errors: `not-found` for one that is not deleted, `workspace-busy` while another tab has it open. */
    purge(id: string): Promise<void>;
    subscribe(listener: () => void): () => void;
  };
  /** Git remotes. Tokens are kept with the keys, by host, and used when none is given. */
  readonly git: {
    /** See Workspace.importGit. */
    import(session: Session, access: GitAccess, options?: TransferOptions): Promise<Snapshot>;
    /** See Workspace.pushGit. */
    push(session: Session, access: GitAccess, options?: TransferOptions): Promise<PushResult>;
    /** Whether a token is kept for the host of an address. Errors: `bad-arguments` for an address that is none. */
    hasToken(url: string): Promise<boolean>;
    forgetToken(url: string): Promise<void>;
  };
  /** A folder of the person's own disk. */
  readonly disk: DiskApi;
  /** The account, and how this browser stands to its server. */
  readonly sync: Sync;
  /** The accounts this browser keeps apart. */
  readonly profiles: Profiles;
  /** What the browser keeps for this page, and whether it has promised to keep it. */
  readonly storage: BrowserStorage;
  /** Opens a conversation; without an id the newest that no other tab has open, or a new one. Opening the same one again answers the same session; one that another tab holds is followed, or taken from it with `takeOver`. Errors: `not-found`. */
  open(conversationId?: string, options?: { takeOver?: boolean }): Promise<Session>;
}
