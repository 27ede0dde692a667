import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { IParameter } from 'aws-cdk-lib/aws-ssm';

/*
 * Like `ecs.Secret.from...`, but with a grant for the one action that ECS calls. CDK's grant also allows to describe the
 * secret and to read the history of the parameter.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
 */

/** An environment variable with the whole value of a secret. */
export class InjectedSecret extends ecs.Secret {
  readonly arn: string;
  readonly hasField = false;

  constructor(private readonly secret: ISecret) {
    super();
    this.arn = secret.secretArn;
  }

  grantRead(grantee: iam.IGrantable): iam.Grant {
    this.secret.encryptionKey?.grantDecrypt(grantee);
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ['secretsmanager:GetSecretValue'],
      // The ARN of a secret that was imported by name lacks the six random characters at its end.
      resourceArns: [this.secret.secretFullArn ?? `${this.secret.secretArn}-??????`],
    });
  }
}

/** An environment variable with the value of a parameter. */
export class InjectedParameter extends ecs.Secret {
  readonly arn: string;
  readonly hasField = false;

  constructor(parameter: IParameter) {
    super();
    this.arn = parameter.parameterArn;
  }

  grantRead(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({ grantee, actions: ['ssm:GetParameters'], resourceArns: [this.arn] });
  }
}
