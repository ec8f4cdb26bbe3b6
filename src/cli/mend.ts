/** What the words of a fault point to, and how to mend it. The first that fits speaks. */
const cures: readonly (readonly [says: RegExp, cure: string])[] = [
  [/by koffi/, 'npm install koffi beside bnspec; or make a program with targets/bnspec.c, which needs nothing'],
  [
    /it wrote (\d+ bytes|between)|it changed/,
    'write within out->y.data and the others, as many elements as size says; -fsanitize=address finds the line',
  ],
  [/never written/, 'write every element of every output whose data is not NULL'],
  [
    /load shared library/,
    'link what it needs, as -lm for math.h, or name its folder in LD_LIBRARY_PATH; ldd -r ./kernel.so lists what is missing',
  ],
  [/bnspec_card/, 'compare with targets/kernel.c; in C++ the functions must be extern "C", which bnspec.h does'],
  [/signal SIG(SEGV|BUS|ABRT|FPE|ILL)/, 'it crashed: run it under a debugger, or compile it with -fsanitize=address'],
  [
    /printed to stdout/,
    'standard output carries replies and nothing else: print to standard error (targets/bnspec.py does that for you)',
  ],
  [/not executable|ENOENT|no such/, 'check the path; a script needs its interpreter: -- python3 adapter.py'],
  [/unknown profile|the card sets/, 'set `profile` on the card to one of bnspec list profiles'],
  [/the card (lacks|says)/, 'mend that key of the card; bnspec doctor builtin:two-pass shows one that works'],
  [
    /nothing can be judged here/,
    'this browser lacks what the kernel needs: BNSPEC_CHROMIUM names another one, BNSPEC_CHROMIUM_FLAGS adds to its command line',
  ],
  [
    /tab crashed/,
    'the tab ran out of memory, or its browser is at fault: free what is done with, or take another Chromium',
  ],
  [
    /never called bnspec|was given no kernel|not called bnspec/,
    'the page must call bnspec.serve({ card, train, … }) once, from <script src="/bnspec.js">: docs/adapters/browser.md',
  ],
  [/serves a kernel already|loaded anew|left for/, 'the page must call bnspec.serve once, and stay'],
  [/module specifier/, 'npm install the package beside the adapter: a page finds those of the nearest node_modules'],
  [/dynamically imported/, 'it, or what it imports, is not there: a page reads files below the nearest package.json'],
  [
    /Chromium ended/,
    'start it by hand: BNSPEC_CHROMIUM names another one, BNSPEC_CHROMIUM_FLAGS=--no-sandbox helps in containers',
  ],
  [/ended.*out of memory/, 'it was killed, probably for want of memory: give it more, or less to load'],
  [/ended/, 'it must stay and answer until its standard input closes; run the command by hand and read its last words'],
  [/bytes short/, 'the reply was cut: write all of it, flush, and count the header length without its own 8 bytes'],
  [
    /no reply within|no hello/,
    'answer each request by one blob on standard output and flush; a slow target wants --timeout MS',
  ],
  [/closed its stdin/, 'keep reading standard input: one request follows another until it closes'],
  [/replied to/, "copy `id` from the request's metadata into the reply's"],
  [/replies to one request|second reply|wrote (on )?after/, 'send exactly one reply per request, and nothing between'],
  [/answers unsupported/, "take the op off the card's `ops`, or answer it"],
  [/status: expected/, "set `status` in the reply's metadata to ok, unsupported or error"],
  [
    /: expected .*, got/,
    "y and dx have x's dtype and shape; every other output has shape [C] and the parameters' dtype",
  ],
  [
    /header|blob|duplicate|offset/,
    'a reply is one safetensors blob: u64 header length, JSON header, tensors without holes',
  ],
];

/** What its last words point to, where it never began. */
const beginnings: readonly (readonly [words: RegExp, cure: string])[] = [
  [/exports no card/, 'export const card = { name, dtypes } beside its functions; targets/plain.mjs is one to copy'],
  [
    /ModuleNotFoundError|Cannot find (module|package)/,
    'install what it imports where it runs: with pip in the python3 that PATH names, with npm beside a module',
  ],
  [/SyntaxError/, 'it does not parse: its last words say at which line'],
];

/** One sentence for a person whose target failed so. */
export function mend(fault: string, words = ''): string {
  const begun = /^no hello/.test(fault) ? beginnings.find(([says]) => says.test(words)) : undefined;
  const found = begun ?? cures.find(([says]) => says.test(fault));
  return found?.[1] ?? 'compare with an adapter that works: targets/numpy_two_pass.py';
}
