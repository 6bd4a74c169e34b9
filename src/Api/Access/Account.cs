using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace YaoAn.Api;

/// <summary>An account as ASP.NET Core Identity keeps it. What Identity offers beyond these columns isn't used and isn't mapped.</summary>
internal sealed class Account : IdentityUser<Guid>
{
    public required string DisplayName { get; init; }

    public string Scope { get; init; } = "all";

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>The one place of EF: Identity's store asks for it. The table is made by Catalog's 0002_accounts.sql.</summary>
internal sealed class AccountContext(DbContextOptions<AccountContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Account>(account =>
    {
        account.ToTable("account");
        account.HasKey(a => a.Id);
        account.Property(a => a.Id).HasColumnName("account_id").ValueGeneratedNever();
        account.Property(a => a.UserName).HasColumnName("user_name").IsRequired();
        account.Property(a => a.NormalizedUserName).HasColumnName("normalized_user_name").IsRequired();
        account.Property(a => a.DisplayName).HasColumnName("display_name");
        account.Property(a => a.Scope).HasColumnName("scope");
        account.Property(a => a.PasswordHash).HasColumnName("password_hash");
        account.Property(a => a.SecurityStamp).HasColumnName("security_stamp").IsRequired();
        account.Property(a => a.ConcurrencyStamp).HasColumnName("concurrency_stamp").IsRequired().IsConcurrencyToken();
        account.Property(a => a.CreatedAt).HasColumnName("created_at");
        // Failures and locks are counted by AccountTable in one statement; Identity's read-then-write loses guesses made at once.
        account.Ignore(a => a.AccessFailedCount).Ignore(a => a.LockoutEnd).Ignore(a => a.LockoutEnabled);
        account.Ignore(a => a.Email).Ignore(a => a.NormalizedEmail).Ignore(a => a.EmailConfirmed);
        account.Ignore(a => a.PhoneNumber).Ignore(a => a.PhoneNumberConfirmed).Ignore(a => a.TwoFactorEnabled);
    });
}
