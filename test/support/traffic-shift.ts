import type { PutLifecycleEventHookExecutionStatusCommand } from '@aws-sdk/client-codedeploy';
import type { InvokeCommand } from '@aws-sdk/client-lambda';
import type { Template } from 'aws-cdk-lib/assertions';
import { seeded } from '../../lib/assertions/dns';
import { check } from '../../lib/serverless/safe-lambda-deploy/handler/check/check';
import { requests } from '../../lib/serverless/safe-lambda-deploy/handler/check/requests';

/** How CodeDeploy shifts traffic: `percent` at the start, and after each `minutes` the same again or all the rest. */
interface Shift {
  readonly kind: 'canary' | 'linear' | 'at once';
  readonly percent: number;
  readonly minutes: number;
}
const canary = (percent: number, minutes: number): Shift => ({ kind: 'canary', percent, minutes });
const linear = (percent: number, minutes: number): Shift => ({ kind: 'linear', percent, minutes });

/**
 * "LambdaCanary10Percent5Minutes: Shifts 10 percent of traffic in the first increment. The remaining 90 percent is deployed
 * five minutes later. LambdaLinear10PercentEvery1Minute: Shifts 10 percent of traffic every minute until all traffic is
 * shifted."
 *
 * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html
 */
const PREDEFINED: Readonly<Record<string, Shift>> = {
  'CodeDeployDefault.LambdaAllAtOnce': { kind: 'at once', percent: 100, minutes: 0 },
  'CodeDeployDefault.LambdaCanary10Percent5Minutes': canary(10, 5),
  'CodeDeployDefault.LambdaCanary10Percent10Minutes': canary(10, 10),
  'CodeDeployDefault.LambdaCanary10Percent15Minutes': canary(10, 15),
  'CodeDeployDefault.LambdaCanary10Percent30Minutes': canary(10, 30),
  'CodeDeployDefault.LambdaLinear10PercentEvery1Minute': linear(10, 1),
  'CodeDeployDefault.LambdaLinear10PercentEvery2Minutes': linear(10, 2),
  'CodeDeployDefault.LambdaLinear10PercentEvery3Minutes': linear(10, 3),
  'CodeDeployDefault.LambdaLinear10PercentEvery10Minutes': linear(10, 10),
};

/** Percent of the traffic that goes to the new version, so many minutes after the shift began. Throws for other names. */
export function shareOf(config: string, minute: number): number {
  const shift = PREDEFINED[config];
  if (!shift) throw new Error(`${config} is not modelled`);
  if (shift.kind === 'at once') return 100;
  const steps = Math.floor(minute / shift.minutes);
  if (shift.kind === 'canary') return steps === 0 ? shift.percent : 100;
  return Math.min(100, shift.percent * (steps + 1));
}

export type Version = 'old' | 'new';
/** A version of the function, asked in a minute of the deployment. */
export type Code = (request: unknown, minute: number) => Promise<unknown>;

interface Answer {
  readonly minute: number;
  readonly version: Version;
  readonly failed: boolean;
}
interface Ref {
  readonly Ref: string;
}
interface Alias {
  readonly FunctionVersion: unknown;
}
interface Alarm {
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Threshold: number;
}
interface Group {
  readonly DeploymentConfigName: string;
  readonly AlarmConfiguration?: {
    readonly Enabled: boolean;
    readonly Alarms: readonly { readonly Name: Ref }[];
  };
  readonly AutoRollbackConfiguration?: { readonly Enabled: boolean; readonly Events: readonly string[] };
}
interface Hook {
  readonly Environment: { readonly Variables: { readonly QUALIFIER: unknown } };
}
interface Update {
  readonly DeploymentGroupName: Ref;
  readonly BeforeAllowTrafficHook?: Ref;
  readonly AfterAllowTrafficHook?: Ref;
}
interface Resource {
  readonly Type: string;
  readonly Properties: unknown;
  readonly UpdatePolicy?: { readonly CodeDeployLambdaAliasUpdate?: Update };
}

/**
 * Deployment of a new version to the alias `prod` as the template configures it, under recorded requests: one each second.
 * The hooks run the handler of the checks. Alarms have one period of a minute.
 */
export class SimulatedDeployment {
  /** Each request to the alias, in order. */
  readonly answers: Answer[] = [];
  /** Percent of the traffic of the alias that goes to the new version. */
  share = 0;
  status: 'running' | 'succeeded' | 'rolled back' | 'stopped' = 'running';
  private minute = 0;
  private readonly random = seeded(1);
  private readonly resources: Readonly<Record<string, Resource>>;
  private readonly alias: Alias;
  private readonly update: Update | undefined;

  constructor(
    template: Template,
    private readonly code: Readonly<Record<Version, Code>>,
  ) {
    this.resources = template.toJSON().Resources as Record<string, Resource>;
    const alias = Object.values(this.resources).find(
      ({ Type, Properties }) =>
        Type === 'AWS::Lambda::Alias' && (Properties as { readonly Name: string }).Name === 'prod',
    );
    if (!alias) throw new Error('the template has no alias prod');
    this.alias = alias.Properties as Alias;
    this.update = alias.UpdatePolicy?.CodeDeployLambdaAliasUpdate;
  }

  /** Updates the alias, then sends it requests for so many minutes. */
  async run(minutes: number): Promise<this> {
    const group = this.update && this.at<Group>(this.update.DeploymentGroupName);
    if (group) await this.hook(this.update.BeforeAllowTrafficHook, group);
    for (; this.minute < minutes; this.minute += 1) {
      if (this.status === 'running') await this.shift(group);
      for (let second = 0; second < 60; second++) {
        await this.request(requests[second % requests.length]?.request);
      }
      if (group && this.inAlarm(group)) this.fail(group, 'DEPLOYMENT_STOP_ON_ALARM');
    }
    return this;
  }

  /** How many requests in minutes `from` to `to`, that one included, the new version answered, and how many failed. */
  between(from: number, to: number): { readonly all: number; readonly new: number; readonly failed: number } {
    const answers = this.answers.filter(({ minute }) => minute >= from && minute <= to);
    const count = (is: (answer: Answer) => boolean) => answers.filter(is).length;
    return {
      all: answers.length,
      new: count(({ version }) => version === 'new'),
      failed: count(({ failed }) => failed),
    };
  }

  private async shift(group: Group | undefined): Promise<void> {
    // Without a deployment group, CloudFormation moves the alias at once.
    this.share = group ? shareOf(group.DeploymentConfigName, this.minute) : 100;
    if (this.share < 100) return;
    if (group) await this.hook(this.update?.AfterAllowTrafficHook, group);
    if (this.status === 'running') this.status = 'succeeded';
  }

  private async request(request: unknown): Promise<unknown> {
    const version: Version = this.random() * 100 < this.share ? 'new' : 'old';
    const { minute } = this;
    try {
      const answer = await this.code[version](request, minute);
      this.answers.push({ minute, version, failed: false });
      return answer;
    } catch {
      this.answers.push({ minute, version, failed: true });
      return undefined;
    }
  }

  /** Runs the handler of a hook. A hook that does not report fails the deployment, after an hour. */
  private async hook(ref: Ref | undefined, group: Group): Promise<void> {
    if (!ref) return;
    const { QUALIFIER } = this.at<Hook>(ref).Environment.Variables;
    const isNew = same(QUALIFIER, this.alias.FunctionVersion);
    if (!isNew && QUALIFIER !== 'prod') throw new Error(`${ref.Ref} invokes another version`);
    const version = isNew || this.share === 100 ? 'new' : 'old';
    const lambda = new CodeInvoker((request) => this.code[version](request, this.minute));
    const codedeploy = new ReportedStatus();
    const settings = {
      lambda,
      codedeploy,
      functionName: 'Quote',
      qualifier: 'x',
      requests,
      milliseconds: 1000,
    };
    await check({ DeploymentId: 'd', LifecycleEventHookExecutionId: 'e' }, settings);
    if (codedeploy.status !== 'Succeeded') this.fail(group, 'DEPLOYMENT_FAILURE');
  }

  /** Whether an alarm of the group is in ALARM at the end of the minute. */
  private inAlarm({ AlarmConfiguration }: Group): boolean {
    if (this.status !== 'running' || !AlarmConfiguration?.Enabled) return false;
    return AlarmConfiguration.Alarms.some(({ Name }) => {
      const { Dimensions, Threshold } = this.at<Alarm>(Name);
      const executed = Dimensions.find((dimension) => dimension.Name === 'ExecutedVersion');
      if (executed && !same(executed.Value, this.alias.FunctionVersion)) return false;
      const errors = this.answers.filter(
        ({ minute, failed, version }) => failed && minute === this.minute && (!executed || version === 'new'),
      );
      return errors.length >= Threshold;
    });
  }

  /** Ends the deployment. Where the group rolls back for this reason, all traffic goes to the old version again. */
  private fail({ AutoRollbackConfiguration: rollback }: Group, reason: string): void {
    const rollsBack = rollback?.Enabled === true && rollback.Events.includes(reason);
    this.status = rollsBack ? 'rolled back' : 'stopped';
    if (rollsBack) this.share = 0;
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the caller knows the type of the resource
  private at<Properties>({ Ref }: Ref): Properties {
    const resource = this.resources[Ref];
    if (!resource) throw new Error(`the template has no ${Ref}`);
    return resource.Properties as Properties;
  }
}

const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/** Lambda for the handler of the checks: one version that answers. */
export class CodeInvoker {
  readonly invoked: InvokeCommand['input'][] = [];

  constructor(private readonly code: (request: unknown) => Promise<unknown>) {}

  async send({
    input,
  }: InvokeCommand): Promise<{ readonly FunctionError?: string; readonly Payload: Uint8Array }> {
    this.invoked.push(input);
    const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));
    try {
      return { Payload: bytes(await this.code(JSON.parse(input.Payload as string))) };
    } catch (error) {
      return { FunctionError: 'Unhandled', Payload: bytes({ errorMessage: String(error) }) };
    }
  }
}

/** CodeDeploy for the handler of the checks: what it was told. */
export class ReportedStatus {
  readonly reports: PutLifecycleEventHookExecutionStatusCommand['input'][] = [];

  get status(): string | undefined {
    return this.reports[0]?.status;
  }

  send({ input }: PutLifecycleEventHookExecutionStatusCommand): Promise<object> {
    this.reports.push(input);
    return Promise.resolve({});
  }
}
