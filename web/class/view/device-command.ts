interface DeviceCommandParts {
  /** The address of the hub. */
  readonly hub: string;
  readonly seat: string;
  readonly token: string;
}

/** The command that connects a Raspberry Pi to a seat. */
export function deviceCommand({ hub, seat, token }: DeviceCommandParts): string {
  return `PINHUB_TOKEN=${token} npx pinhub device --hub ${hub.replace(/\/$/, '')} --prefix ${seat}`;
}
