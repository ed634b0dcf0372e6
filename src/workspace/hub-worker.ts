import { serveCalls, type PortLike } from "../domain/rpc.ts";
import { hubMethods } from "./hub-methods.ts";

const wire = serveCalls(
  self as unknown as PortLike,
  hubMethods((notice) => wire.notify(notice)),
);
