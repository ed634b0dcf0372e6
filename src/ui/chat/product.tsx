import ExternalLink from "lucide-solid/icons/external-link";
import FileText from "lucide-solid/icons/file-text";
import Globe from "lucide-solid/icons/globe";
import { Match, Show, Switch, type JSX } from "solid-js";

import type { ContentPart } from "../../domain/message.ts";
import { baseName } from "../../domain/paths.ts";
import { formatBytes } from "../format/bytes.ts";
import { useApp } from "../state/app-context.ts";
import { revealFile } from "../state/reveal-file.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

type PartOf<Type extends ContentPart["type"]> = Extract<ContentPart, { type: Type }>;

/** Something a tool made for the person: a site, an image, a file. */
export function Product(props: { part: ContentPart; session: SessionState }): JSX.Element {
  const as = <Type extends ContentPart["type"]>(type: Type): PartOf<Type> | undefined =>
    props.part.type === type ? (props.part as PartOf<Type>) : undefined;
  return (
    <Switch>
      <Match when={as("site")}>{(part) => <SiteCard part={part()} session={props.session} />}</Match>
      <Match when={as("image")}>{(part) => <ImageCard part={part()} />}</Match>
      <Match when={as("audio")}>{(part) => <FileCard path={part().path} />}</Match>
      <Match when={as("file")}>{(part) => <FileCard path={part().path} size={part().size} />}</Match>
    </Switch>
  );
}

function SiteCard(props: { part: PartOf<"site">; session: SessionState }): JSX.Element {
  const app = useApp();
  const show = (): void => {
    props.session.showPreview(props.part.deploymentId);
    app.layout.showPane("preview");
  };
  return (
    <div class="product">
      <Globe size={18} />
      <div class="grow">
        <div class="product-title cut">{props.part.title}</div>
        <a
          class="small cut product-link"
          href={safeUrl(props.part.url)}
          target="_blank"
          rel="noopener noreferrer"
        >
          <span class="cut">{props.part.url.replace(/^https?:\/\//, "")}</span>
          <ExternalLink size={13} />
        </a>
      </div>
      <button type="button" class="button" onClick={show}>
        {t.chat.showInPreview}
      </button>
    </div>
  );
}

/** A stored address is shown as a link only when it leads to a web page. */
function safeUrl(url: string): string | undefined {
  return /^https?:\/\//i.test(url) ? url : undefined;
}

function ImageCard(props: { part: PartOf<"image"> }): JSX.Element {
  const source = (): string | undefined =>
    /^image\/[\w.+-]+$/.test(props.part.mediaType)
      ? `data:${props.part.mediaType};base64,${props.part.data}`
      : undefined;
  return (
    <Show when={source()}>
      {(url) => (
        <img
          class="product-image"
          src={url()}
          alt={props.part.path ? baseName(props.part.path) : t.chat.imageOfTool}
        />
      )}
    </Show>
  );
}

function FileCard(props: { path: string; size?: number }): JSX.Element {
  const app = useApp();
  const show = (): void => {
    revealFile(props.path);
    app.layout.showPane("files");
  };
  return (
    <div class="product">
      <FileText size={18} />
      <div class="grow">
        <div class="product-title cut">{baseName(props.path)}</div>
        <Show when={props.size !== undefined}>
          <div class="small quiet">{formatBytes(props.size ?? 0)}</div>
        </Show>
      </div>
      <button type="button" class="button" onClick={show}>
        {t.chat.showInFiles}
      </button>
    </div>
  );
}
