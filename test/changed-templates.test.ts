import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CloudFormationValidatePlugin } from 'aws-cdk-lib';
import { ChangedTemplatesValidator } from '../bin/changed-templates';

const VALID = { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'valid' } };
const INVALID = { Type: 'AWS::SNS::Topic', Properties: { NoSuchProperty: 'invalid' } };

describe('bin/changed-templates.ts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'templates-'));
  const file = join(folder, 'valid-templates.json');
  const asked = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
  const validator = new ChangedTemplatesValidator(file);

  beforeEach(() => {
    rmSync(file, { force: true });
    asked.mockClear();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** Writes one template for each stack, validates them all, and says what the validator was asked about and found. */
  const validate = (stacks: Readonly<Record<string, object>>, region?: string) => {
    asked.mockClear();
    const stackTemplates = Object.entries(stacks).map(([stackConstructPath, resource]) => {
      const templatePath = join(folder, `${stackConstructPath}.template.json`);
      writeFileSync(templatePath, JSON.stringify({ Resources: { Topic: resource } }));
      return { stackConstructPath, templatePath, accountId: undefined, region };
    });
    const templatePaths = stackTemplates.map(({ templatePath }) => templatePath);
    const { success, violations } = validator.validate({
      stackTemplates,
      templatePaths,
      appConstruct: new App(),
    });
    return {
      success,
      findings: violations.length,
      asked: asked.mock.calls.flatMap(([context]) =>
        context.stackTemplates.map(({ stackConstructPath }) => stackConstructPath),
      ),
    };
  };

  it('validates everything the first time, then only what has changed', () => {
    expect(validate({ A: VALID, B: VALID })).toEqual({ success: true, findings: 0, asked: ['A', 'B'] });
    expect(validate({ A: VALID, B: VALID })).toEqual({ success: true, findings: 0, asked: [] });
    expect(validate({ A: VALID, B: INVALID })).toMatchObject({ success: false, asked: ['B'] });
  });

  it('shows a finding every time, until it is mended', () => {
    const first = validate({ A: VALID, B: INVALID });
    expect(first).toMatchObject({ success: false, asked: ['A', 'B'] });
    expect(first.findings).toBeGreaterThan(0);
    expect(validate({ A: VALID, B: INVALID })).toEqual({ ...first, asked: ['B'] });
    expect(validate({ A: VALID, B: VALID })).toEqual({ success: true, findings: 0, asked: ['B'] });
  });

  it('remembers the templates of other parameters', () => {
    const other = { ...VALID, Properties: { DisplayName: 'other' } };
    expect(validate({ A: VALID }).asked).toEqual(['A']);
    expect(validate({ A: other }).asked).toEqual(['A']);
    expect(validate({ A: VALID }).asked).toEqual([]);
    expect(validate({ A: other }).asked).toEqual([]);
  });

  it('validates again for another region, and after a file that was cut off', () => {
    expect(validate({ A: VALID }, 'eu-west-1').asked).toEqual(['A']);
    expect(validate({ A: VALID }, 'us-east-1').asked).toEqual(['A']);
    writeFileSync(file, '{ "A": ');
    expect(validate({ A: VALID }, 'us-east-1').asked).toEqual(['A']);
  });
});
