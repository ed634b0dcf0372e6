import { defineTool, okResult } from "../define-tool.ts";
import { locate } from "../locate.ts";

interface Args {
  type: "static";
  local_dir: string;
}

export const tool = defineTool<Args>({
  name: "mshtools-deploy_website",
  async execute({ local_dir }, context) {
    const folder = locate(context, local_dir);
    const site = await context.publisher.deploy(
      context.workspace,
      context.conversationId,
      folder,
      context.signal,
    );
    return okResult(
      `The site is published at ${site.url} (${site.files} files, ${site.bytes} bytes). Later changes of the folder do not change it; deploy again for a new address.`,
      {
        data: site,
        content: [{ type: "site", url: site.url, deploymentId: site.id, title: site.title }],
      },
    );
  },
});
