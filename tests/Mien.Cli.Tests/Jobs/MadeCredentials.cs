using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using NATS.NKeys;

namespace Mien.Cli.Tests;

/// <summary>
/// A server of accounts with signed tokens (JWT), and a user of it with a credentials file, as a NATS operator sets
/// them up. Made anew for each test.
/// </summary>
internal sealed class MadeCredentials : IDisposable
{
    private readonly KeyPair root = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair system = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair account = KeyPair.CreatePair(PrefixByte.Account);
    private readonly KeyPair user = KeyPair.CreatePair(PrefixByte.User);

    /// <summary>The lines of the server's configuration.</summary>
    public string Configuration =>
        $$"""
            operator: "{{Token(root, root, new { type = "operator", version = 2 })}}"
            system_account: {{system.GetPublicKey()}}
            resolver: MEMORY
            resolver_preload: {
              {{system.GetPublicKey()}}: "{{Account(system, storage: 0)}}"
              {{account.GetPublicKey()}}: "{{Account(account, storage: -1)}}"
            }
            """;

    /// <summary>The content of the user's credentials file.</summary>
    public string File =>
        $"""
            -----BEGIN NATS USER JWT-----
            {Token(
                account,
                user,
                new
                {
                    type = "user",
                    version = 2,
                    subs = -1,
                    data = -1,
                    payload = -1,
                }
            )}
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------
            """;

    public void Dispose()
    {
        foreach (KeyPair pair in (KeyPair[])[root, system, account, user])
        {
            pair.Dispose();
        }
    }

    private string Account(KeyPair pair, int storage) =>
        Token(
            root,
            pair,
            new
            {
                type = "account",
                version = 2,
                limits = new
                {
                    subs = -1,
                    data = -1,
                    payload = -1,
                    imports = -1,
                    exports = -1,
                    wildcards = true,
                    conn = -1,
                    leaf = -1,
                    mem_storage = storage,
                    disk_storage = storage,
                    streams = storage,
                    consumer = storage,
                },
            }
        );

    /// <summary>A token that one says of another.</summary>
    private static string Token(KeyPair issuer, KeyPair subject, object claims)
    {
        string head = Part(new { typ = "JWT", alg = "ed25519-nkey" });
        string body = Part(
            new
            {
                jti = subject.GetPublicKey(),
                iat = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                iss = issuer.GetPublicKey(),
                sub = subject.GetPublicKey(),
                name = "test",
                nats = claims,
            }
        );
        byte[] signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes($"{head}.{body}"), signature);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Part(object content) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(content));
}
