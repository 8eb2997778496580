// node python_in_node.mjs PYODIDE CHECKOUT PACKAGES TESTS…: compiles every file of the checkout, then runs the tests.
import path from "node:path";
import { pathToFileURL } from "node:url";

const [pyodide, checkout, packages, ...tests] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.join(pyodide, "pyodide.mjs")).href);
const python = await loadPyodide({ env: { HOME: "/home", PYTHONDONTWRITEBYTECODE: "1" } });
for (const [name, root] of [["/checkout", checkout], ["/packages", packages]]) {
  python.FS.mkdirTree(name);
  python.FS.mount(python.FS.filesystems.NODEFS, { root }, name);
}
python.FS.chdir("/checkout");
python.globals.set("tests", python.toPy(tests));
const code = python.runPython(`
import pathlib, platform, sys, warnings

warnings.simplefilter("error")
files = [file for folder in ("quotaboard", "tests") for file in pathlib.Path(folder).rglob("*.py")]
for file in files:
    compile(file.read_bytes(), str(file), "exec")
print(f"Python {platform.python_version()}: {len(files)} files compile without a warning")

sys.path[:0] = ["/checkout", "/packages"]
import pytest

# There are no processes to share the work among, and captured output would need the file descriptors of one.
plain = ["-o", "addopts=--import-mode=importlib", "-m", "not soak"]
# hypothesis counts references as other builds of 3.14 do not; it is about its own generator.
plain += ["-W", "ignore:It looks like \`register_random\`"]
int(pytest.main(["-q", "--no-header", "-s", "-p", "no:cacheprovider", *plain, *tests]))
`);
process.exit(code);
