using Xunit;

namespace YaoAn.Api.Tests;

public sealed class PasswordRulesTests
{
    [Theory]
    [InlineData("a lorry full of green melons")]
    [InlineData("雨后的山路上有三只白鹭飞过")]
    [InlineData("Tr0ub4dor&3xyzzy")]
    public void A_long_sentence_will_do_whatever_it_is_made_of(string password) => Assert.Null(PasswordRules.Fault(PasswordProfile.Asvs, password, "YA1007", "王建国"));

    [Theory]
    [InlineData("elevenchars", "PasswordTooShort")]
    [InlineData("aaaaaaaaaaaaaaaa", "PasswordTooPlain")]
    [InlineData("abababababab", "PasswordTooPlain")]
    [InlineData("abcdefghijklmn", "PasswordTooPlain")]
    [InlineData("P@ssw0rd123456", "PasswordIsCommon")]
    [InlineData("YaoAn@2026zhifa", "PasswordIsCommon")]
    [InlineData("qwertyuiop123", "PasswordIsCommon")]
    [InlineData("my name is ya1007 ok", "PasswordHoldsName")]
    public void What_is_easy_to_guess_is_refused(string password, string code) => Assert.Equal(code, PasswordRules.Fault(PasswordProfile.Asvs, password, "YA1007"));

    [Theory]
    [InlineData("Melon lorry 7", null)]
    [InlineData("Melon-lorry", null)]
    [InlineData("melon lorry", "PasswordClasses")]
    [InlineData("melonlorry7", "PasswordClasses")]
    [InlineData("Me-l0n ab", "PasswordTooShort")]
    public void The_profile_of_assessors_asks_for_classes_and_less_length(string password, string? code) =>
        Assert.Equal(code, PasswordRules.Fault(PasswordProfile.Dengbao3, password, "YA1007"));
}
