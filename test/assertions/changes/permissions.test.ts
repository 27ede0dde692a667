import { behaviourDiff } from '../../../lib/assertions/changes';
import { Templates } from '../../../lib/assertions/templates';
import {
  allow,
  arnOf,
  brief,
  bucket,
  compare,
  deny,
  objects,
  policy,
  ref,
  resource,
  role,
} from './templates';

const withRole = (statements: readonly object[], more: object = {}, others: object = {}) => ({
  Uploads: bucket,
  Worker: role(statements, more),
  ...others,
});

describe('changes: permissions', () => {
  it('names what a role may do, with the statement', () => {
    const diff = compare(
      withRole([]),
      withRole([allow(['s3:GetObject', 's3:PutObject'], objects('Uploads'))]),
    );
    expect(diff).toEqual({
      verdict: 'opens',
      changes: [
        {
          area: 'permission',
          effect: 'opens',
          subjects: ['Shop/Worker'],
          what: ['s3:GetObject', 's3:PutObject'],
          objects: ['Shop/Uploads/*'],
          before: { answer: 'denied', because: ['no statement allows it'] },
          after: { answer: 'allowed', because: ['Shop/Worker (Inline): Allow in statement 0'] },
        },
      ],
    });
  });

  it('says that a permission vanishes', () => {
    const diff = compare(withRole([allow('s3:GetObject', objects('Uploads'))]), withRole([]));
    expect(diff.verdict).toBe('nothing opens');
    expect(brief(diff)).toEqual(['closes | Shop/Worker | s3:GetObject | Shop/Uploads/*']);
  });

  it('keeps a wildcard as one line', () => {
    expect(brief(compare(withRole([]), withRole([allow('*', '*')])))).toEqual([
      'opens | Shop/Worker | * | *',
    ]);
  });

  it('says nothing where another statement allowed it already', () => {
    const wide = allow('s3:*', '*');
    expect(
      compare(withRole([wide]), withRole([wide, allow('s3:GetObject', objects('Uploads'))])).changes,
    ).toEqual([]);
  });

  it('names only what a wider pattern adds', () => {
    const [change] = compare(
      withRole([allow('sqs:Get*', '*')]),
      withRole([allow(['sqs:Get*', 'sqs:DeleteMessage'], '*')]),
    ).changes;
    expect(change?.what).toEqual(['sqs:DeleteMessage']);
  });

  it('finds a wider resource', () => {
    const diff = compare(
      withRole([allow('s3:GetObject', objects('Uploads', 'small/*'))]),
      withRole([allow('s3:GetObject', objects('Uploads'))]),
    );
    expect(diff.verdict).toBe('opens');
    expect(diff.changes[0]).toMatchObject({
      objects: ['Shop/Uploads/*'],
      before: { answer: 'partly allowed' },
      after: { answer: 'allowed' },
    });
  });

  it('says nothing of what a statement denies anyway', () => {
    const denied = deny('s3:*', '*');
    expect(compare(withRole([denied]), withRole([denied, allow('s3:GetObject', '*')])).changes).toEqual([]);
  });

  it('finds what a statement denied', () => {
    const diff = compare(
      withRole([allow('s3:*', '*'), deny('s3:DeleteObject', '*')]),
      withRole([allow('s3:*', '*')]),
    );
    expect(brief(diff)).toEqual(['opens | Shop/Worker | s3:DeleteObject | *']);
    expect(diff.changes[0]?.before.because).toEqual(['Shop/Worker (Inline): Deny in statement 1']);
  });

  it('finds what a permissions boundary denied', () => {
    const boundary = (action: string) => ({
      Boundary: resource('AWS::IAM::ManagedPolicy', { PolicyDocument: policy(allow(action, '*')) }),
    });
    const limited = { PermissionsBoundary: ref('Boundary') };
    const statements = [allow(['s3:GetObject', 'sqs:SendMessage'], '*')];
    const diff = compare(
      withRole(statements, limited, boundary('s3:*')),
      withRole(statements, limited, boundary('*')),
    );
    expect(brief(diff)).toEqual(['opens | Shop/Worker | sqs:SendMessage | *']);
  });

  it('names a managed policy that is attached', () => {
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    const diff = compare(withRole([]), withRole([], { ManagedPolicyArns: [arn] }));
    expect(diff.verdict).toBe('opens');
    expect(brief(diff)).toEqual(['opens | Shop/Worker | everything that AdministratorAccess allows | *']);
  });

  it('finds a permission beside a managed policy that is not known', () => {
    const more = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] };
    const diff = compare(withRole([], more), withRole([allow('s3:PutObject', '*')], more));
    expect(brief(diff)).toEqual(['opens | Shop/Worker | s3:PutObject | *']);
  });

  it('finds a bucket that anyone may read', () => {
    const open = {
      Uploads: resource('AWS::S3::Bucket', {
        PublicAccessBlockConfiguration: { RestrictPublicBuckets: false },
      }),
    };
    const bucketPolicy = resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Uploads'),
      PolicyDocument: policy(allow('s3:GetObject', objects('Uploads'), { Principal: '*' })),
    });
    const diff = compare({ ...open }, { ...open, Policy: bucketPolicy });
    expect(diff.verdict).toBe('opens');
    expect(brief(diff)).toEqual(['opens | anyone | s3:GetObject | Shop/Uploads/*']);
    // Block Public Access keeps anyone out.
    expect(brief(compare({ Uploads: bucket }, { Uploads: bucket, Policy: bucketPolicy }))).toEqual([]);
    expect(
      brief(compare({ Uploads: bucket, Policy: bucketPolicy }, { ...open, Policy: bucketPolicy })),
    ).toContainEqual('opens | anyone | s3:GetObject | Shop/Uploads/*');
  });

  it('says that a bucket is guarded less', () => {
    const open = resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: false } });
    expect(compare({ Uploads: bucket }, { Uploads: open })).toMatchObject({
      verdict: 'may open',
      changes: [{ effect: 'undecided', subjects: ['anyone'], objects: ['Shop/Uploads'] }],
    });
  });

  it('finds who may assume a role', () => {
    const trust = (...principals: readonly string[]) => ({
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { AWS: principals },
        Action: 'sts:AssumeRole',
      }),
    });
    const mine = 'arn:aws:iam::111111111111:root';
    const theirs = 'arn:aws:iam::222222222222:root';
    expect(brief(compare(withRole([], trust(mine)), withRole([], trust(mine, theirs))))).toEqual([
      'opens | arn:aws:iam::222222222222:root | sts:AssumeRole | Shop/Worker',
    ]);
    const outsider = 'arn:aws:iam::222222222222:role/Deploy';
    expect(brief(compare(withRole([], trust(mine)), withRole([], trust(mine, outsider))))).toEqual([
      `opens | ${outsider} | sts:AssumeRole | Shop/Worker`,
    ]);
  });

  it('says that a condition of a permission changed', () => {
    const from = (address: string) =>
      allow('s3:GetObject', '*', { Condition: { IpAddress: { 'aws:SourceIp': address } } });
    expect(compare(withRole([from('192.0.2.0/24')]), withRole([from('0.0.0.0/0')]))).toMatchObject({
      verdict: 'may open',
      changes: [
        {
          effect: 'undecided',
          before: { answer: 'allowed on conditions' },
          after: { answer: 'allowed on conditions' },
        },
      ],
    });
    expect(compare(withRole([from('192.0.2.0/24')]), withRole([allow('s3:GetObject', '*')])).verdict).toBe(
      'opens',
    );
  });

  const queuePolicy = (...statements: readonly object[]) =>
    resource('AWS::SQS::QueuePolicy', { Queues: [ref('Queue')], PolicyDocument: policy(...statements) });
  const shared = (own: readonly object[], ...statements: readonly object[]) => ({
    Queue: resource('AWS::SQS::Queue', {}),
    Worker: role(own),
    Policy: queuePolicy(...statements),
  });
  const worker = { Principal: { AWS: arnOf('Worker') } };
  const sends = allow('sqs:SendMessage', arnOf('Queue'));

  it('finds whom the policy of a resource names', () => {
    const granted = allow('sqs:ReceiveMessage', arnOf('Queue'), worker);
    expect(brief(compare(shared([]), shared([], granted)))).toEqual([
      'opens | Shop/Worker | sqs:ReceiveMessage | Shop/Queue',
    ]);
    // In the policy of a resource, `*` is that resource.
    expect(brief(compare(shared([]), shared([], { ...granted, Resource: '*' })))).toEqual([
      'opens | Shop/Worker | sqs:ReceiveMessage | Shop/Queue',
    ]);
    const service = allow('sqs:SendMessage', arnOf('Queue'), { Principal: { Service: 'sns.amazonaws.com' } });
    expect(brief(compare(shared([]), shared([], service)))).toEqual([
      'opens | sns.amazonaws.com | sqs:SendMessage | Shop/Queue',
    ]);
  });

  it.each([
    ['the queue', arnOf('Queue')],
    ['all resources', '*'],
    ['a pattern', { 'Fn::Join': ['', [arnOf('Queue'), '*']] }],
  ])('finds what the policy of a resource denies to whom a policy allows %s', (_, on) => {
    const own = [allow('sqs:SendMessage', on)];
    const diff = compare(shared(own), shared(own, deny('sqs:*', '*', { Principal: '*' })));
    expect(diff.verdict).toBe('nothing opens');
    expect(brief(diff)).toContainEqual(
      expect.stringMatching(/^closes \| Shop\/Worker \| sqs:SendMessage \| /),
    );
    const back = compare(shared(own, deny('sqs:*', '*', { Principal: '*' })), shared(own));
    expect(back.verdict).toBe('opens');
  });

  it('says nothing of a role whose policies are about another resource', () => {
    const own = [allow('s3:GetObject', 'arn:aws:s3:::other/*')];
    const denied = deny('sqs:*', '*', { Principal: '*' });
    expect(compare(shared(own), shared(own, denied)).changes).toEqual([]);
  });

  it('finds what a service control policy denies', () => {
    const limited = (...statements: readonly object[]) => {
      const Limit = resource('AWS::Organizations::Policy', {
        Type: 'SERVICE_CONTROL_POLICY',
        TargetIds: ['111111111111'],
        Content: policy(allow('*', '*'), ...statements),
      });
      const region = 'eu-west-1';
      return new Templates([
        { name: 'Shop', account: '111111111111', region, template: { Resources: shared([sends]) } },
        { name: 'Org', account: '999999999999', region, template: { Resources: { Limit } } },
      ]);
    };
    const diff = behaviourDiff(limited(deny('sqs:SendMessage', '*')), limited());
    expect(brief(diff)).toContainEqual('opens | Shop/Worker | sqs:SendMessage | Shop/Queue');
  });

  it('names actions of one pattern apart where only some of them change', () => {
    const before = withRole([allow('sqs:*', '*')]);
    const [change, ...others] = compare(
      before,
      withRole([allow('sqs:*', '*'), deny('sqs:SendMessage', '*')]),
    ).changes;
    expect(others).toEqual([]);
    expect(change).toMatchObject({ effect: 'closes', what: ['sqs:SendMessage'], objects: ['*'] });
  });

  it('says of which permission it is not known any more', () => {
    const Parameters = { Queue: { Type: 'String' } };
    const diff = compare(
      withRole([allow('sqs:SendMessage', 'arn:aws:sqs:eu-west-1:111111111111:jobs')]),
      withRole([allow('sqs:SendMessage', ref('Queue'))]),
      { Parameters },
    );
    expect(diff.changes).toContainEqual(
      expect.objectContaining({
        effect: 'undecided',
        before: expect.objectContaining({ answer: 'allowed' }) as object,
        after: expect.objectContaining({ answer: 'unknown' }) as object,
      }),
    );
  });

  it('has one change where two statements say the same', () => {
    const two = ['one', 'two'].map((name) => `arn:aws:s3:::${name}/*`);
    const diff = compare(
      withRole([]),
      withRole([allow('s3:GetObject', two), allow(['s3:GetObject'], two[0])]),
    );
    expect(brief(diff)).toEqual(two.map((arn) => `opens | Shop/Worker | s3:GetObject | ${arn}`));
    const wide = compare(withRole([]), withRole([allow('s3:GetObject', two[0]), allow('s3:Get*', '*')]));
    expect(brief(wide)).toEqual(['opens | Shop/Worker | s3:Get* | *']);
  });

  it('has what opens first, then what may open, then what is not decided', () => {
    const zone = { Zone: resource('AWS::Route53::HostedZone', { Name: 'example.com' }) };
    const checked = (ResourcePath: string) => ({
      Check: resource('AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'HTTPS', ResourcePath } }),
    });
    const open = resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { BlockPublicAcls: false } });
    const { changes } = compare(
      { ...zone, ...checked('/a'), Uploads: bucket, Worker: role([allow('s3:PutObject', '*')]) },
      { ...zone, ...checked('/b'), Uploads: open, Worker: role([allow('sqs:SendMessage', '*')]) },
    );
    expect(changes.map(({ effect, mayOpen }) => [effect, mayOpen])).toEqual([
      ['opens', undefined],
      ['undecided', true],
      ['undecided', undefined],
      ['closes', undefined],
    ]);
  });

  it('says that a function acts with another role', () => {
    const job = (name: string) => ({
      Worker: role([]),
      Admin: role([]),
      Job: resource('AWS::Lambda::Function', { Role: arnOf(name) }),
    });
    expect(brief(compare(job('Worker'), job('Admin')))).toEqual([
      'opens | Shop/Job | everything that Shop/Admin may do | *',
    ]);
  });

  const job = (Type: string, properties: object) => ({
    Worker: role([]),
    Admin: role([]),
    WorkerProfile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Worker')] }),
    AdminProfile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Admin')] }),
    Job: resource(Type, properties),
  });
  it.each<[string, string, (name: string) => object]>([
    ['AWS::CodeBuild::Project', 'ServiceRole', (name) => ({ ServiceRole: arnOf(name) })],
    ['AWS::ECS::TaskDefinition', 'TaskRoleArn', (name) => ({ TaskRoleArn: arnOf(name) })],
    ['AWS::ECS::TaskDefinition', 'ExecutionRoleArn', (name) => ({ ExecutionRoleArn: arnOf(name) })],
    ['AWS::Lambda::Function', 'Role', (name) => ({ Role: arnOf(name) })],
    ['AWS::Pipes::Pipe', 'RoleArn', (name) => ({ RoleArn: arnOf(name) })],
    ['AWS::Scheduler::Schedule', 'Target.RoleArn', (name) => ({ Target: { RoleArn: arnOf(name) } })],
    ['AWS::StepFunctions::StateMachine', 'RoleArn', (name) => ({ RoleArn: arnOf(name) })],
    ['AWS::EC2::Instance', 'IamInstanceProfile', (name) => ({ IamInstanceProfile: ref(`${name}Profile`) })],
    [
      'AWS::EC2::LaunchTemplate',
      'LaunchTemplateData.IamInstanceProfile.Arn',
      (name) => ({ LaunchTemplateData: { IamInstanceProfile: { Arn: arnOf(`${name}Profile`) } } }),
    ],
    [
      'AWS::EC2::LaunchTemplate',
      'LaunchTemplateData.IamInstanceProfile.Name',
      (name) => ({ LaunchTemplateData: { IamInstanceProfile: { Name: ref(`${name}Profile`) } } }),
    ],
  ])('says that an %s acts with another role: %s', (type, property, acting) => {
    const [worker, admin, none] = [job(type, acting('Worker')), job(type, acting('Admin')), job(type, {})];
    const because = [`Shop/Job: ${property}`];
    expect(compare(worker, admin).changes).toEqual([
      {
        area: 'permission',
        effect: 'opens',
        subjects: ['Shop/Job'],
        what: ['everything that Shop/Admin may do'],
        objects: ['*'],
        before: { answer: 'acts with Shop/Worker', because },
        after: { answer: 'acts with Shop/Admin', because },
      },
    ]);
    expect(brief(compare(admin, none))).toEqual([
      'closes | Shop/Job | everything that Shop/Admin may do | *',
    ]);
    expect(compare(none, admin).changes).toMatchObject([
      { effect: 'opens', before: { answer: 'acts with no role' } },
    ]);
    expect(compare(worker, worker).changes).toEqual([]);
    const { Job, ...without } = admin;
    expect(Job).toBeDefined();
    expect(compare(without, admin).changes.filter(({ area }) => area === 'permission')).toEqual([]);
  });

  it('says that a function acts with a role that is not in the templates', () => {
    const acting = (Role: unknown) => ({ Job: resource('AWS::Lambda::Function', { Role }) });
    const [one, other] = ['One', 'Other'].map((name) => `arn:aws:iam::111111111111:role/${name}`);
    expect(brief(compare(acting(one), acting(other)))).toEqual([
      `opens | Shop/Job | everything that "${other}" may do | *`,
    ]);
  });

  it.each(['Role', 'User', 'Group'])(
    'names a managed policy that is attached to or detached from a %s',
    (type) => {
      const arns = [
        'arn:aws:iam::aws:policy/AdministratorAccess',
        'arn:aws:iam::aws:policy/job-function/Billing',
      ];
      const one = (...ManagedPolicyArns: readonly (string | undefined)[]) => ({
        Worker: resource(`AWS::IAM::${type}`, {
          ...(type === 'Role' && { AssumeRolePolicyDocument: policy() }),
          ManagedPolicyArns,
        }),
      });
      const [admin, billing] = arns;
      expect(compare(one(admin), one(billing)).changes).toEqual([
        {
          area: 'permission',
          effect: 'opens',
          subjects: ['Shop/Worker'],
          what: ['everything that job-function/Billing allows'],
          objects: ['*'],
          before: {
            answer: 'denied',
            because: ['Shop/Worker: ManagedPolicyArns does not have job-function/Billing'],
          },
          after: { answer: 'allowed', because: ['Shop/Worker: ManagedPolicyArns has job-function/Billing'] },
        },
        {
          area: 'permission',
          effect: 'closes',
          subjects: ['Shop/Worker'],
          what: ['everything that AdministratorAccess allows'],
          objects: ['*'],
          before: { answer: 'allowed', because: ['Shop/Worker: ManagedPolicyArns has AdministratorAccess'] },
          after: {
            answer: 'denied',
            because: ['Shop/Worker: ManagedPolicyArns does not have AdministratorAccess'],
          },
        },
      ]);
    },
  );

  it('does not take a managed policy of the templates for one that is not known', () => {
    const own = resource('AWS::IAM::ManagedPolicy', { PolicyDocument: policy(allow('s3:GetObject', '*')) });
    const attached = withRole([], { ManagedPolicyArns: [ref('Own')] }, { Own: own });
    expect(brief(compare(withRole([], {}, { Own: own }), attached))).toEqual([
      'opens | Shop/Worker | s3:GetObject | *',
    ]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
  it.each([['BlockPublicAcls'], ['BlockPublicPolicy'], ['IgnorePublicAcls'], ['RestrictPublicBuckets']])(
    'says that a bucket is without %s',
    (guard) => {
      const all = {
        BlockPublicAcls: true,
        BlockPublicPolicy: 'true',
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      };
      const guarded = (more: object) => ({
        Uploads: resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { ...all, ...more } }),
      });
      const less = guarded({ [guard]: false });
      const after = {
        answer: 'unknown',
        because: [`Shop/Uploads: without ${guard}; ACLs of its objects are not in the templates`],
      };
      expect(compare(guarded({}), less).changes).toEqual([
        {
          area: 'permission',
          effect: 'undecided',
          subjects: ['anyone'],
          what: ['what public ACLs and policies allow'],
          objects: ['Shop/Uploads'],
          before: { answer: 'blocked', because: [`Shop/Uploads: ${guard}`] },
          after,
          mayOpen: true,
        },
      ]);
      expect(compare({}, less).changes).toMatchObject([
        { before: { answer: 'denied', because: ['it does not exist'] }, after },
      ]);
      expect(compare({ Uploads: bucket }, guarded({})).changes).toEqual([]);
      expect(compare(less, guarded({})).changes).toEqual([]);
      expect(compare(less, { Uploads: bucket }).changes).toEqual([]);
      expect(compare(guarded({}), {}).changes).toEqual([]);
    },
  );
});
