// Unit tests skip CDK's built-in template validator, which costs over a second in every test file's process.
// test/catalog.test.ts switches it on and runs it over every template.
process.env.CDK_VALIDATION = 'false';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // Transpile only (isolatedModules in tsconfig.json); `npm run typecheck` checks the types once.
  transform: { '^.+\\.ts$': 'ts-jest' },
};
