import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A release of Debian, by its code name. */
export type Release = 'bookworm' | 'trixie' | 'trixie-backports';

const RELEASES: readonly Release[] = ['bookworm', 'trixie', 'trixie-backports'];
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const MIRROR = 'http://deb.debian.org/debian';

/** Debian's packages for arm64. It has its own lists, as the packages of this machine do not include another architecture. */
export class DebianArchive {
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#env = { ...process.env, APT_CONFIG: join(folder, 'apt.conf') };
  }

  /** Fetches the lists of packages, whose signatures apt checks. Rejects if the archive cannot be reached. */
  static async open(): Promise<DebianArchive> {
    const folder = await mkdtemp(join(tmpdir(), 'pinhub-archive-'));
    const archive = new DebianArchive(folder);
    try {
      await archive.#configure();
      await archive.#apt('update');
      return archive;
    } catch (error) {
      await archive.close();
      throw error;
    }
  }

  /** The version of the newest kernel of a release, as it is in the names of packages: `6.1.0-50-arm64`. */
  async newestKernel(release: Release): Promise<string> {
    const { stdout } = await run('apt-cache', ['show', `linux-image-arm64/${release}`], { env: this.#env });
    const [, version] = /^Depends:.* linux-image-(\d[^ ,]+)/m.exec(stdout) ?? [];
    if (version === undefined) throw new Error(`linux-image-arm64 of ${release} depends on no kernel`);
    return version;
  }

  /** Unpacks the files of a package whose paths match a pattern, as in tar's `--wildcards`. */
  async unpack(name: string, release: Release, patterns: readonly string[], into: string): Promise<void> {
    const folder = await mkdtemp(join(this.#folder, 'package-'));
    await this.#apt('download', `${name}/${release}`, folder);
    const [file = ''] = await readdir(folder);
    const script = 'dpkg-deb --fsys-tarfile "$0" | tar --extract --wildcards --directory "$@"';
    await run('bash', ['-o', 'pipefail', '-c', script, join(folder, file), into, ...patterns]);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }

  async #configure(): Promise<void> {
    const at = (name: string) => join(this.#folder, name);
    await mkdir(at('lists/partial'), { recursive: true });
    await mkdir(at('cache/archives/partial'), { recursive: true });
    await writeFile(at('status'), '');
    const sources = RELEASES.map((release) => `deb [signed-by=${KEYRING}] ${MIRROR} ${release} main\n`);
    await writeFile(at('sources.list'), sources.join(''));
    const settings = {
      'APT::Architecture': 'arm64',
      'APT::Architectures': 'arm64',
      'APT::Sandbox::User': '',
      'Acquire::Languages': 'none',
      'Dir::State': this.#folder,
      'Dir::State::status': at('status'),
      'Dir::Cache': at('cache'),
      'Dir::Etc::sourcelist': at('sources.list'),
      'Dir::Etc::sourceparts': '/dev/null',
      'Dir::Etc::preferencesparts': '/dev/null',
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} "${value}";\n`);
    await writeFile(at('apt.conf'), lines.join(''));
  }

  async #apt(command: string, argument?: string, cwd = this.#folder): Promise<void> {
    const options = ['-qq', '-o', 'Acquire::Retries=2', '-o', 'APT::Update::Error-Mode=any'];
    await run('apt-get', [...options, command, ...(argument ? [argument] : [])], { env: this.#env, cwd });
  }
}
