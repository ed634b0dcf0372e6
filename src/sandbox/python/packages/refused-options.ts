import { OkcvmError } from "../../../domain/errors.ts";

const OTHER_INDEX =
  "packages come through the OKCVM server, whose operator names the index with OKCVM_PYPI_URL. Leave the option out.";
const REFUSED: Readonly<Record<string, string>> = {
  "-i": OTHER_INDEX,
  "--index-url": OTHER_INDEX,
  "--extra-index-url": OTHER_INDEX,
  "--no-index": OTHER_INDEX,
  "-f": OTHER_INDEX,
  "--find-links": OTHER_INDEX,
  "--trusted-host": OTHER_INDEX,
  "-e": "a project cannot be installed to be edited. Put its folder on sys.path instead.",
  "--editable": "a project cannot be installed to be edited. Put its folder on sys.path instead.",
  "-c": "constraint files are not read. Write the versions with the packages: numpy==2.1.",
  "--constraint": "constraint files are not read. Write the versions with the packages: numpy==2.1.",
  "-t": "packages have one place in this interpreter.",
  "--target": "packages have one place in this interpreter.",
  "--prefix": "packages have one place in this interpreter.",
  "--no-binary": "source distributions cannot be built in a browser; only wheels can be installed.",
};

/** The error for an option that is not taken. */
export function refusedOption(option: string): OkcvmError {
  const reason = REFUSED[option];
  if (reason !== undefined)
    return new OkcvmError("not-supported", `pip's option ${option} does not work here: ${reason}`);
  return new OkcvmError("bad-arguments", `pip's option ${option} is not known here. Leave it out.`);
}
