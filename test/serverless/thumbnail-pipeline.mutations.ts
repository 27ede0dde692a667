import type { Mutation, TemplateEditor } from '../support/mutation';

const PIPELINE = 'ThumbnailPipeline/Pipeline';
const UPLOADS = `${PIPELINE}/Images/Uploads`;
const THUMBNAILS = `${PIPELINE}/Images/Thumbnails`;
const FUNCTION = `${PIPELINE}/Worker/Function`;

/** Another statement in the policy for images. */
function allow(template: TemplateEditor, Action: string, Resource: unknown): void {
  const { PolicyDocument } = template.properties(`${PIPELINE}/ImagesPolicy`);
  (PolicyDocument as { Statement: unknown[] }).Statement.push({ Effect: 'Allow', Action, Resource });
}
const arn = (template: TemplateEditor, path: string, suffix = '') => ({
  'Fn::Join': ['', [{ 'Fn::GetAtt': [template.ref(path).Ref, 'Arn'] }, suffix]],
});

export const mutations: readonly Mutation[] = [
  {
    name: 'the function may write uploads',
    apply: (template) => {
      allow(template, 's3:PutObject', arn(template, UPLOADS, '/*'));
    },
  },
  {
    name: 'the function may delete uploads',
    apply: (template) => {
      allow(template, 's3:DeleteObject', arn(template, UPLOADS, '/*'));
    },
  },
  {
    name: 'the function may do anything to any table',
    apply: (template) => {
      allow(template, 'dynamodb:*', '*');
    },
  },
  {
    name: 'the function has no permissions',
    apply: (template) => {
      template.remove(`${PIPELINE}/ImagesPolicy`);
    },
  },
  {
    name: 'the thumbnail bucket triggers the function',
    apply: (template) => {
      // By its ARN: a reference would make the template depend on itself.
      const Function = 'arn:aws:lambda:us-east-1:111111111111:function:thumbnails';
      template.properties(THUMBNAILS).NotificationConfiguration = {
        LambdaConfigurations: [{ Event: 's3:ObjectCreated:*', Function }],
      };
    },
  },
  {
    name: 'deletions do not trigger the function',
    apply: (template) => {
      const { NotificationConfiguration } = template.properties(UPLOADS);
      (NotificationConfiguration as { LambdaConfigurations: unknown[] }).LambdaConfigurations.pop();
    },
  },
  {
    name: 'buckets of every account may invoke the function',
    apply: (template) => {
      delete template.properties(`${FUNCTION}/UploadsMayInvoke`).SourceAccount;
    },
  },
  {
    name: 'no dead-letter queue',
    apply: (template) => {
      delete template.properties(`${FUNCTION}/EventInvokeConfig`).DestinationConfig;
    },
  },
  {
    name: 'no alarm for dead letters',
    apply: (template) => {
      template.remove(`${PIPELINE}/Worker/DeadLetters/Alarm`);
    },
  },
  {
    name: 'uploads may be made public',
    apply: (template) => {
      delete template.properties(UPLOADS).PublicAccessBlockConfiguration;
    },
  },
  {
    name: 'uploads may be read in plain text',
    apply: (template) => {
      template.remove(`${UPLOADS}/Policy`);
    },
  },
  {
    name: 'uploads expire',
    apply: (template) => {
      template.properties(UPLOADS).LifecycleConfiguration = {
        Rules: [{ Status: 'Enabled', ExpirationInDays: 30 }],
      };
    },
  },
  {
    name: 'the table cannot be restored',
    apply: (template) => {
      delete template.properties(`${PIPELINE}/Table`).PointInTimeRecoverySpecification;
    },
  },
  {
    name: 'the function runs on another architecture than its native code',
    apply: (template) => {
      template.properties(FUNCTION).Architectures = ['x86_64'];
    },
  },
];
