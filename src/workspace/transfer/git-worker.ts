import { serveCalls, type PortLike } from "../../domain/rpc.ts";
import { gitMethods } from "./git-methods.ts";

const wire = serveCalls(
  self as unknown as PortLike,
  gitMethods((progress) => wire.notify(progress)),
);
