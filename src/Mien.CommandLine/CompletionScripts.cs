namespace Mien.CommandLine;

/// <summary>
/// The completion scripts of the shells. They call System.CommandLine's directive:
/// <c>PROGRAM "[suggest:N]" "LINE"</c> prints the completions at character N of a command line, one per line. Options
/// are offered only after a dash. If nothing matches, the shell completes file names as usual.
/// </summary>
internal static class CompletionScripts
{
    /// <summary>Placeholders: the program's name, and the prefix of the function names made from it.</summary>
    private const string Program = "@PROGRAM@";
    private const string Function = "@FUNCTION@";

    // Not compgen -W: it would expand (and so run) $(…) in the word list.
    private const string Bash = """
        # Completes @PROGRAM@ in bash.
        @FUNCTION@_complete() {
            local line=${COMP_LINE:0:COMP_POINT} word=$2 suggestion
            COMPREPLY=()
            while IFS= read -r suggestion; do
                case $suggestion in
                    '' | /*) continue ;;
                    -*) [[ $word == -* ]] || continue ;;
                esac
                [[ $suggestion == "$word"* ]] && COMPREPLY+=("$suggestion")
            done < <("$1" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o bashdefault -o default -F @FUNCTION@_complete @PROGRAM@

        """;

    private const string Zsh = """
        #compdef @PROGRAM@
        # Completes @PROGRAM@ in zsh.
        @FUNCTION@_complete() {
            local line="${(j: :)words[1,CURRENT]}" word="${words[CURRENT]}"
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)}")
            found=(${found:#/*})
            [[ $word == -* ]] || found=(${found:#-*})
            compadd -a found || _files
        }
        if [[ $funcstack[1] == _@PROGRAM@ ]]; then
            @FUNCTION@_complete
        else
            compdef @FUNCTION@_complete @PROGRAM@
        fi

        """;

    private const string Fish = """
        # Completes @PROGRAM@ in fish.
        function @FUNCTION@_complete
            set -l line (commandline -cp | string collect)
            set -l program (commandline -opc)[1]
            set -l found ($program "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null |
                string match -v -- '/*')
            if string match -q -- '-*' (commandline -ct)
                printf '%s\n' $found
            else
                printf '%s\n' $found | string match -v -- '-*'
            end
        end
        complete -c @PROGRAM@ -a '(@FUNCTION@_complete)'

        """;

    private const string PowerShell = """
        # Completes @PROGRAM@ in PowerShell.
        Register-ArgumentCompleter -Native -CommandName @PROGRAM@ -ScriptBlock {
            param($word, $ast, $cursor)
            $end = $cursor - $ast.Extent.StartOffset
            $line = $ast.ToString().PadRight($end).Substring(0, $end)
            & $ast.CommandElements[0].Value "[suggest:$end]" $line 2>$null |
                Where-Object {
                    $_ -and -not $_.StartsWith('/') -and $_.StartsWith($word) -and
                        ($word.StartsWith('-') -or -not $_.StartsWith('-'))
                } |
                ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
        }

        """;

    /// <summary>The names of the supported shells, as <see cref="Of"/> accepts them.</summary>
    public static IReadOnlyList<string> Shells { get; } = ["bash", "zsh", "fish", "pwsh"];

    /// <summary>The script of a shell. Lines end with LF, which all four shells accept on every system.</summary>
    public static string Of(string shell, string program)
    {
        string template = shell switch
        {
            "bash" => Bash,
            "zsh" => Zsh,
            "fish" => Fish,
            "pwsh" => PowerShell,
            _ => throw new UsageException($"The shell '{shell}' is unknown, expected {string.Join(", ", Shells)}."),
        };
        return template
            .Replace(Program, program, StringComparison.Ordinal)
            .Replace(Function, "_" + program.Replace('-', '_'), StringComparison.Ordinal)
            .ReplaceLineEndings("\n");
    }
}
