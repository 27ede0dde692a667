import type { CfnVPNConnection } from 'aws-cdk-lib/aws-ec2';

const values = <T>(...list: readonly T[]) => list.map((value) => ({ value }));

/** Diffie-Hellman groups: elliptic curves of 384 and 521 bits. */
const GROUPS = values(20, 21);
const ENCRYPTION = values('AES256-GCM-16');
const INTEGRITY = values('SHA2-384', 'SHA2-512');

/**
 * Options of every tunnel: what AWS accepts from the router. AWS's defaults also accept IKEv1, AES-128, SHA-1 and
 * Diffie-Hellman group 2 (1024 bits). There is no pre-shared key here: AWS generates one for each tunnel.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html
 */
export const TUNNEL_OPTIONS: CfnVPNConnection.VpnTunnelOptionsSpecificationProperty = {
  ikeVersions: values('ikev2'),
  phase1EncryptionAlgorithms: ENCRYPTION,
  phase1IntegrityAlgorithms: INTEGRITY,
  phase1DhGroupNumbers: GROUPS,
  phase2EncryptionAlgorithms: ENCRYPTION,
  phase2IntegrityAlgorithms: INTEGRITY,
  phase2DhGroupNumbers: GROUPS,
  // AWS starts the negotiation, and starts it again after a dead peer timeout. The defaults wait for the router.
  startupAction: 'start',
  dpdTimeoutAction: 'restart',
};
