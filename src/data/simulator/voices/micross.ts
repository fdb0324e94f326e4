/** What the services of a system like MicroSS write while they serve requests. Other lines are in `micross-routine.ts`. */
import { RandomStream } from '../random.ts';
import type { Status } from '../spans.ts';
import type { Operation, System } from '../system.ts';
import {
  type Complaint,
  type Level,
  type Line,
  level,
  type Refusal,
  type Story,
  type Voice,
} from './voice.ts';

/** `http://0.0.0.4:9388`, as D2 writes the address of an instance: the host, and a port for each instance. */
export function address({ podNodes }: System, pod: number): string {
  return `http://0.0.0.${(podNodes[pod] as number) + 1}:${9380 + pod}`;
}

export class MicrossVoice implements Voice {
  readonly lines: Line[] = [];
  readonly #system: System;
  readonly #draws: RandomStream;
  /** Per service: `redisservice1: http://…, redisservice2: http://…`. */
  readonly #available: readonly string[];

  constructor(system: System, seed: number, index: number) {
    this.#system = system;
    this.#draws = new RandomStream(seed, index, 'logs');
    this.#available = system.services.map((_, service) =>
      Array.from({ length: system.replicas }, (_, replica) => service * system.replicas + replica)
        .map((pod) => `${system.podNames[pod]}: ${address(system, pod)}`)
        .join(', '),
    );
  }

  begin(operation: number, pod: number, time: number, trace: number): Story {
    const story: Story = { operation, pod, trace };
    const say = (message: string, later: number) => this.#say(story, time + later, level.info, message);
    const { key } = this.#system.operations[operation] as Operation;
    switch (key) {
      case 'web_service_resource': {
        const redis = this.#choose('redisservice');
        say(`the list of all available services are ${this.#available[redis.service]}`, 0.2);
        say(`now call service:${redis.name}, inst:${redis.address} as a downstream service`, 0.5);
        say(`request ${redis.address}/set_key_value_into_redis and param=${this.#pair()}`, 0.9);
        break;
      }
      case 'web_login_state':
        say(`query the login state of user ${this.#draws.integer(900) + 100}`, 0.2);
        break;
      case 'mob_info_to_redis':
        say(`uuid: ${this.#uuid()} write redis successfully`, 0.8);
        break;
      case 'login_query_redis_info': {
        const other = this.#choose('logservice');
        say(`call service:${other.name}, inst:${other.address} as a downstream service`, 0.4);
        break;
      }
      case 'login_model_implement': {
        const db = this.#choose('dbservice');
        say(`call service:${db.name}, inst:${db.address} as a downstream service`, 0.4);
        break;
      }
    }
    return story;
  }

  trouble(
    story: Story,
    callee: number,
    time: number,
    code: Status,
    refusal: Refusal,
    took: number,
    _optional: boolean,
  ): void {
    const { key } = this.#system.operations[callee] as Operation;
    if (code === 0) {
      if (this.#draws.chance(0.4)) {
        this.#say(story, time, level.warning, `the call of ${key} took ${Math.round(took)} ms`);
      }
      return;
    }
    this.#say(story, time, level.error, 'an error occurred in the downstream service');
    if (refusal === 'none') return;
    const reason =
      refusal === 'terminated'
        ? "('Connection aborted.', RemoteDisconnected('Remote end closed connection without response'))"
        : `Max retries exceeded with url: /${key} (Caused by NewConnectionError([Errno 111] Connection refused))`;
    this.#say(story, time + 0.2, level.error, `get a error ${reason}`);
  }

  fail(story: Story, time: number, complaint: Exclude<Complaint, 'none'>): void {
    const text = {
      login: `uuid: ${this.#uuid()} login failure, the QR code expired`,
      denied: "get a error [Errno 13] Permission denied: 'resources/source_file/source_file.csv'",
      missing: "get a error [Errno 2] No such file or directory: 'resources/source_file/source_file.csv'",
    }[complaint];
    this.#say(story, time, level.error, text);
  }

  end(story: Story, time: number, code: Status): void {
    if (code !== 0) return;
    const { key } = this.#system.operations[story.operation] as Operation;
    if (key === 'login_query_redis_info') {
      const user = 100 + this.#draws.integer(900);
      const text = `complete information: {'uuid': '${this.#uuid()}', 'user_id': '${user}'}`;
      this.#say(story, time - 0.1, level.info, text);
    } else if (key === 'db_login_methods') {
      this.#say(story, time - 0.1, level.info, `login information of uuid: ${this.#uuid()} is stored`);
    }
  }

  #say({ pod, trace }: Story, time: number, how: Level, message: string): void {
    this.lines.push({ time, pod, trace, level: how, message });
  }

  #choose(name: string): { service: number; name: string; address: string } {
    const { services, replicas, podNames } = this.#system;
    const service = services.findIndex((item) => item.name === name);
    const pod = service * replicas + this.#draws.integer(replicas);
    return { service, name: podNames[pod] as string, address: address(this.#system, pod) };
  }

  #pair(): string {
    return `{'keys': '${this.#uuid()}', 'value': '', 'ex': 10}`;
  }

  #uuid(): string {
    const draws = this.#draws;
    const [a, b, c, d] = [draws.hex(), draws.hex(), draws.hex(), draws.hex()];
    return `${a}-${b.slice(0, 4)}-1${b.slice(5)}-8${c.slice(1, 4)}-${c.slice(4)}${d}`;
  }
}
