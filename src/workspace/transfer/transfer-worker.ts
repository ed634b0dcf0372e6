import { serveCalls, type PortLike } from "../../domain/rpc.ts";
import { transferMethods } from "./transfer-methods.ts";

serveCalls(self as unknown as PortLike, transferMethods());
