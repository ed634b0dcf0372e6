"use strict";
// Loaded into every Node process of the double: tells which ports are listened on, as the real engine knows.
const fs = require("node:fs");
const net = require("node:net");

const folder = process.env.OKCVM_DOUBLE_PORTS;
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function hooked(...args) {
  this.once("listening", () => {
    const address = this.address();
    if (address === null || typeof address === "string") return;
    const file = `${folder}/${address.port}`;
    fs.writeFileSync(file, "");
    const gone = () => fs.rmSync(file, { force: true });
    this.once("close", gone);
    process.once("exit", gone);
  });
  return listen.apply(this, args);
};
