import { describe, expect, it } from 'vitest';
import { encodeFrame, type Frame } from '../../hub/cluster/frame.ts';
import { replayLog } from '../../hub/cluster/log-replay.ts';
import { ChainOwner, Contents, openLog, readContents } from './chain-owner.ts';
import { CALM, SimulatedCluster } from './simulated-cluster.ts';
import { SimulatedTime } from './simulated-time.ts';

const EMPTY = new Uint8Array();

function createStage(random: () => number = () => 0) {
  const time = new SimulatedTime();
  const cluster = new SimulatedCluster({ time, random });
  const stored = cluster.log('hub');
  /** An entry that was delayed for long. */
  const arrive = (frame: Partial<Frame>) =>
    stored.append(encodeFrame({ kind: 'changes', epoch: 1, count: 1, content: EMPTY, ...frame }), undefined);
  const takeOver = async (epoch: number) =>
    (await time.settle(ChainOwner.takeOver(cluster, epoch))) ?? expect.unreachable('it is owned');
  const contents = () => time.settle(readContents(cluster));
  return { time, cluster, stored, arrive, takeOver, contents };
}

describe('the writer of a chain', () => {
  it('acknowledges nothing that fits behind a fence because the frame before it was refused', async () => {
    const { time, stored, arrive, takeOver, contents } = createStage();
    const owner = await takeOver(1);
    owner.append();
    owner.append();
    arrive({ kind: 'fence', epoch: 2, count: 0 });
    await time.run(10_000);
    expect(stored.last).toBe(3);
    expect(owner.acknowledged).toEqual([]);
    expect(owner.isFenced).toBe(true);
    expect(await contents()).toEqual([]);
  });

  it('skips void frames that an earlier owner had on its way', async () => {
    const { time, stored, arrive, takeOver, contents } = createStage();
    await takeOver(1);
    const owner = await takeOver(2);
    arrive({ epoch: 1, count: 1 });
    for (let n = 0; n < 3; n++) owner.append();
    await time.run(10_000);
    expect(owner.acknowledged).toEqual(['2-1', '2-2', '2-3']);
    expect(await contents()).toEqual(['2-1', '2-2', '2-3']);
    expect(stored.entries[2]?.bytes).toEqual(
      encodeFrame({ kind: 'changes', epoch: 1, count: 1, content: EMPTY }),
    );
  });

  it('is not fenced by an earlier owner whose fence comes late', async () => {
    const { time, arrive, takeOver, contents } = createStage();
    const owner = await takeOver(3);
    arrive({ kind: 'fence', epoch: 2, count: 0 });
    arrive({ epoch: 2, count: 1 });
    owner.append();
    await time.run(10_000);
    expect(owner.isFenced).toBe(false);
    expect(owner.acknowledged).toEqual(['3-1']);
    expect(await contents()).toEqual(['3-1']);
  });

  it('finds a frame that was kept although the answer was lost, and does not write it twice', async () => {
    let isLost = false;
    const { time, cluster, stored, takeOver, contents } = createStage(() => (isLost ? 0 : 0.9));
    const owner = await takeOver(1);
    owner.append();
    cluster.weather = { ...CALM, lost: 0.5 };
    await time.runUntil(() => {
      isLost = stored.entries.length === 2;
      return isLost;
    });
    expect(owner.acknowledged).toEqual([]);
    cluster.weather = CALM;
    await time.run(10_000);
    expect(owner.acknowledged).toEqual(['1-1']);
    expect(await contents()).toEqual(['1-1']);
    expect(stored.last).toBe(2);
  });

  it('continues once there is room again, and says in between that there is none', async () => {
    const { time, cluster, takeOver, contents } = createStage();
    const owner = await takeOver(1);
    cluster.isFull = true;
    owner.append();
    owner.append();
    await time.run(20_000);
    expect(owner.acknowledged).toEqual([]);
    expect(owner.writer.silenceMs).toBeLessThan(2_000);
    cluster.isFull = false;
    await time.run(5_000);
    expect(owner.acknowledged).toEqual(['1-1', '1-2']);
    expect(await contents()).toEqual(['1-1', '1-2']);
  });

  it('says how long there was no answer', async () => {
    const { time, cluster, takeOver } = createStage();
    const owner = await takeOver(1);
    expect(owner.writer.silenceMs).toBe(0);
    cluster.isElecting = true;
    owner.append();
    await time.run(9_000);
    expect(owner.writer.silenceMs).toBe(9_000);
    cluster.isElecting = false;
    await time.run(5_000);
    expect(owner.writer.silenceMs).toBe(0);
    expect(owner.acknowledged).toEqual(['1-1']);
  });
});

describe('a reader of a chain', () => {
  it('counts a duplicated frame once', async () => {
    const { time, stored, takeOver, contents } = createStage();
    const owner = await takeOver(1);
    owner.append();
    await time.run(10);
    stored.append(stored.entries[1]?.bytes ?? expect.unreachable(), undefined);
    expect(await contents()).toEqual(['1-1']);
  });

  it('drops the parts of changes whose end their owner could not write', async () => {
    const { time, takeOver, contents } = createStage();
    const first = await takeOver(1);
    first.writer.append('part', new TextEncoder().encode('half of '), () => undefined);
    await time.run(10);
    const second = await takeOver(2);
    second.append();
    await time.run(10);
    expect(await contents()).toEqual(['2-1']);
  });

  it('skips what is not a frame', async () => {
    const { time, stored, takeOver, contents } = createStage();
    const owner = await takeOver(1);
    for (const bytes of [EMPTY, Uint8Array.of(9, 9), Uint8Array.of(1, 99), Uint8Array.of(1, 3, 200)])
      stored.append(bytes, undefined);
    owner.append();
    await time.run(10_000);
    expect(await contents()).toEqual(['1-1']);
  });

  it('goes on from a checkpoint that is the first entry', async () => {
    const { time, stored, takeOver, contents } = createStage();
    const owner = await takeOver(4);
    owner.append();
    owner.writer.append('checkpoint', EMPTY, (sequence) => stored.trim(sequence));
    await time.run(10);
    owner.append();
    await time.run(10);
    expect(stored.first).toBe(3);
    expect(await contents()).toEqual(['4-2']);
  });

  it('refuses a log that does not begin with a fence or a checkpoint', async () => {
    const { arrive, contents } = createStage();
    arrive({});
    await expect(contents()).rejects.toMatchObject({ code: 'store/damaged' });
  });

  it('begins again if the log is trimmed while it reads', async () => {
    const { time, cluster, stored, takeOver } = createStage();
    const owner = await takeOver(1);
    for (let n = 0; n < 5; n++) owner.append();
    owner.writer.append('checkpoint', EMPTY, () => undefined);
    owner.append();
    await time.run(10);
    const targets: Contents[] = [];
    const log = await time.settle(openLog(cluster.join()));
    const create = () => {
      const target = new Contents();
      targets.push(target);
      return target;
    };
    const reading = replayLog(log, create);
    await time.runUntil(() => targets[0]?.texts.length === 3);
    stored.trim(7);
    const { target } = await time.settle(reading);
    expect(targets.length).toBe(2);
    expect(target.texts).toEqual(['1-6']);
  });
});
