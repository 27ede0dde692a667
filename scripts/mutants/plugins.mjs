/** What `npm run mutants` adds to Stryker: code whose mutants are left out, a random sample, and a list of survivors. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { CheckStatus } from '@stryker-mutator/api/check';
import { PluginKind, declareClassPlugin, declareValuePlugin } from '@stryker-mutator/api/plugin';

/** Properties that hold a text for people. */
const TEXTS = ['alarmDescription', 'comment', 'description', 'reason', 'ruleDescription', 'title'];
const nameOf = (node) => node?.name ?? node?.property?.name ?? node?.value ?? '';

/** Texts for people and names within the template, which change no behaviour. Code beside them is mutated. */
const texts = {
  shouldIgnore({ node, parent, key }) {
    if (node.type === 'NewExpression' && /Error$|^InvalidValue$/.test(nameOf(node.callee))) {
      return 'the text of an error';
    }
    if (
      node.type === 'CallExpression' &&
      /^(acknowledge|addWarning|addWarningV2)$/.test(nameOf(node.callee))
    ) {
      return 'the text of a warning or of an acknowledgement';
    }
    if (node.type === 'ObjectProperty' && TEXTS.includes(nameOf(node.key))) return 'a description';
    if (parent?.type === 'NewExpression' && key === 1 && /^(String|Template)Literal$/.test(node.type)) {
      return 'the id of a construct';
    }
    if (parent?.type === 'CallExpression' && key === 2 && node.type === 'StringLiteral') {
      const callee = nameOf(parent.callee);
      if (/^(addIngressRule|addEgressRule|allow\w+)$/.test(callee)) return 'the description of a rule';
    }
    return undefined;
  },
};

/** Lets through the share of mutants that MUTANTS_SHARE says, chosen by MUTANTS_SEED. */
class Sample {
  init() {
    return Promise.resolve();
  }

  group(mutants) {
    return Promise.resolve([mutants.map(({ id }) => id)]);
  }

  check(mutants) {
    const { MUTANTS_SEED, MUTANTS_SHARE } = process.env;
    const results = mutants.map(({ id, fileName, location, mutatorName, replacement }) => {
      const identity = JSON.stringify([MUTANTS_SEED, fileName, location, mutatorName, replacement]);
      const place = createHash('sha256').update(identity).digest().readUInt32BE(0) / 2 ** 32;
      return [
        id,
        place < Number(MUTANTS_SHARE)
          ? { status: CheckStatus.Passed }
          : { status: CheckStatus.CompileError, reason: 'not in the sample' },
      ];
    });
    return Promise.resolve(Object.fromEntries(results));
  }
}

/** The source text of a mutant. */
function original({ fileName, location: { start, end } }) {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

const oneLine = (text) => {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
};

/** Prints each mutant that no test notices, as soon as it is known. */
class Survivors {
  onMutantTested(mutant) {
    if (mutant.status !== 'Survived' && mutant.status !== 'NoCoverage') return;
    const { line, column } = mutant.location.start;
    console.log(`${relative(process.cwd(), mutant.fileName)}:${line}:${column}`);
    console.log(`  ${oneLine(original(mutant))}  ->  ${oneLine(mutant.replacement ?? '')}`);
  }
}

export const strykerPlugins = [
  declareValuePlugin(PluginKind.Ignore, 'texts', texts),
  declareClassPlugin(PluginKind.Checker, 'sample', Sample),
  declareClassPlugin(PluginKind.Reporter, 'survivors', Survivors),
];
