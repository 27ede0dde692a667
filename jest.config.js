// Unit tests skip CDK's built-in template validator, which costs over a second in every test file's process.
// test/catalog.test.ts switches it on and runs it over every template.
process.env.CDK_VALIDATION = 'false';

// The AWS SDK announces that it will need Node.js 22 from January 2027; the handlers run on a newer one.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  // Deletes the assemblies that the tests synthesize into the temporary folder.
  setupFilesAfterEnv: ['aws-cdk-lib/testhelpers/jest-autoclean'],
  // Jest's default of 5 seconds is too short where a server starts or a package loads on a busy machine.
  testTimeout: 30_000,
  // By default, Jest leaves one core idle.
  maxWorkers: '100%',
  // Transpile only (isolatedModules in tsconfig.json); `npm run typecheck` checks the types once.
  transform: { '^.+\\.ts$': 'ts-jest' },
};
