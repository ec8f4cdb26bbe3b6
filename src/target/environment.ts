/** What a target may see of our environment: to find programs, libraries, its language and its devices. No token, no CI file. */
const allowed = /^(PATH|HOME|LANG|LC_.*|TMPDIR|CUDA_.*|LD_LIBRARY_PATH|PYTHON.*|VIRTUAL_ENV)$/;

/** The environment of a target: the allowed names, and those that the user passes on. */
export function environment(ours: NodeJS.ProcessEnv, passed: readonly string[] = []): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(ours).filter(([name]) => allowed.test(name) || passed.includes(name)));
}
