import { Templates, type Resource } from '../templates';
import type { Arns } from './arns';
import { attached, exists } from './attachments';
import { equal } from './glob';
import { hasEffect, texts, type Statement } from './statements';
import { all, any, decided, NO, not, unknown, YES, type Verdict } from './verdict';

/**
 * The parent of each account, by account id: the construct path or id of an organizational unit, or the id of a root.
 * Templates cannot say this: an AWS::Organizations::Account has its account id only after deployment.
 */
export type OrganizationAccounts = Readonly<Record<string, string>>;

/** Services that support resource control policies. https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html */
const RCP_SERVICES: readonly string[] = `
  aoss appconfig appstream autoscaling autoscaling-plans budgets clouddirectory cloudfront cloudsearch
  cloudtrail-data codeartifact codebuild codecommit codepipeline cognito-identity cognito-idp comprehend
  comprehendmedical compute-optimizer cost-optimization-hub dax dsql dynamodb ecr ecr-public events
  firehose fis fms gamelift health inspector-scan kendra kinesisvideo kms logs memorydb networkmonitor
  notifications opensearch pca-connector-ad personalize polly pricing resource-groups rolesanywhere s3
  secretsmanager servicediscovery signin sqs sts support swf textract timestream-influxdb transcribe
  transfer translate wafv2 workspaces xray
`.split(/\s+/);

/** The service control policies and resource control policies of AWS Organizations. */
export class OrganizationPolicies {
  constructor(
    private readonly templates: Templates,
    private readonly arns: Arns,
    private readonly accounts: OrganizationAccounts,
  ) {}

  /**
   * The statements of the service control policies of an account. They limit its users, roles and root user. They do
   * not limit AWS services and the management account.
   * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
   */
  serviceControl(account: string): Statement[] {
    return this.statements('SERVICE_CONTROL_POLICY', account);
  }

  /** The statements of the resource control policies for the resources of an account. */
  resourceControl(account: string, action: string): Statement[] {
    const [service = ''] = action.toLowerCase().split(':');
    return RCP_SERVICES.includes(service) && action.toLowerCase() !== 'kms:retiregrant'
      ? this.statements('RESOURCE_CONTROL_POLICY', account)
      : [];
  }

  private statements(type: string, account: string): Statement[] {
    return this.templates.ofType('AWS::Organizations::Policy').flatMap((policy) => {
      const { Type, TargetIds, Content } = policy.properties;
      const isOfType =
        Templates.unknown(Type) === undefined
          ? decided(Type === type)
          : unknown(`the Type of ${policy.path}`);
      const targets = any(texts(TargetIds).map((target) => this.isIn(account, target)));
      const applies = all([exists(policy), isOfType, targets, not(this.isManagement(account, policy))]);
      return attached(policy.path, Content, applies);
    });
  }

  /** Only the management account or a delegated administrator can create these policies. */
  private isManagement(account: string, policy: Resource): Verdict {
    const same = equal(account, policy.account ?? '⟨AWS::AccountId⟩');
    if (same.truth === 'no') return NO;
    const organization = this.templates
      .ofType('AWS::Organizations::Organization')
      .find((one) => one.account === policy.account);
    return organization ? same : unknown(`whether ${account} is the management account`);
  }

  /** Whether an account, or a parent of the account, is the target of a policy. */
  private isIn(account: string, target: string): Verdict {
    if (/^\d{12}$/.test(target)) return equal(target, account);
    const why = Templates.unknown(target);
    if (why !== undefined) return unknown(`a target of a policy: ${why}`);
    const wanted = this.arns.canonical(target);
    const given = this.accounts[account];
    const doubt = unknown(`whether account ${account} is in ${this.nameOf(target)}; Iam.of() takes accounts`);
    if (given === undefined) return doubt;
    let at = /^(ou|r)-/.test(given) ? given : this.idOf(this.templates.at(given));
    const seen = new Set<string>();
    while (!seen.has(at)) {
      seen.add(at);
      if (this.arns.canonical(at) === wanted) return YES;
      const resource = this.templates.reference(at)?.resource;
      if (resource?.type === 'AWS::Organizations::Organization') return NO;
      const parent = resource?.properties.ParentId;
      // The parent of an organizational unit outside the templates is not known. A root has no parent.
      if (typeof parent !== 'string') return at.startsWith('r-') && !target.startsWith('⟨') ? NO : doubt;
      at = parent;
    }
    return doubt;
  }

  private idOf({ stack, logicalId, type }: Resource): string {
    return `⟨${stack}.${logicalId}${type === 'AWS::Organizations::Organization' ? '.RootId' : ''}⟩`;
  }

  private nameOf(target: string): string {
    return this.templates.reference(target)?.resource.path ?? target;
  }
}

/**
 * Whether service control policies allow a request; their Deny statements are looked at elsewhere. AWS attaches
 * FullAWSAccess to each account. A person may detach it; a template cannot.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
 */
export function scpAllows(evaluated: readonly { statement: Statement; verdict: Verdict }[]): Verdict {
  const allowances = evaluated.filter(({ statement }) => hasEffect(statement, 'Allow'));
  if (allowances.length === 0) return YES;
  return any(allowances.map(({ verdict }) => verdict)).truth === 'yes'
    ? YES
    : unknown('whether FullAWSAccess is still attached beside the service control policies that allow');
}
