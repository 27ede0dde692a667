import * as nodeModule from 'node:module';

// Node.js 22.8 and newer can keep compiled code from one run to the next; Node.js 20 has no such function.
// https://nodejs.org/api/module.html#moduleenablecompilecachecachedir
(nodeModule as { enableCompileCache?: () => void }).enableCompileCache?.();
